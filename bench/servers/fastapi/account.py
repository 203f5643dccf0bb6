"""`GET /api/v1/users/me`: the application's endpoint in FastAPI, with the application's tokens.

The signature (Ed25519) is checked, then the login, the user and the user's permissions are asked of the database.
"""

import os
from datetime import UTC, datetime
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict
from sqlalchemy import DateTime, ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from main import Base, session

# The `x` of the application's public key
KEY = jwt.PyJWK({"kty": "OKP", "crv": "Ed25519", "x": os.environ["APPLICATION_KEY"]}, algorithm="EdDSA")
INVALID = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})

router = APIRouter(prefix="/api/v1")


class Login(Base):
    __tablename__ = "logins"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class User(Base):
    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    username: Mapped[str]
    full_name: Mapped[str | None]
    is_active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class UserRole(Base):
    __tablename__ = "user_roles"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class RolePermission(Base):
    __tablename__ = "role_permissions"
    role: Mapped[str] = mapped_column(primary_key=True)
    permission: Mapped[str] = mapped_column(primary_key=True)


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    email: str
    username: str
    full_name: str | None
    is_active: bool
    created_at: datetime
    updated_at: datetime


async def caller(
    token: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())],
    session: Annotated[AsyncSession, Depends(session)],
) -> User:
    try:
        claims = jwt.decode(token.credentials, KEY, algorithms=["EdDSA"], options={"verify_aud": False})
    except jwt.InvalidTokenError:
        raise INVALID
    login = await session.get(Login, claims["sid"])
    if login is None or login.user_id != claims["sub"] or login.expires_at.replace(tzinfo=UTC) <= datetime.now(UTC):
        raise INVALID
    user = await session.get(User, login.user_id)
    if user is None or not user.is_active:
        raise INVALID
    permissions = select(RolePermission.permission).join(UserRole, UserRole.role == RolePermission.role)
    held = await session.scalars(permissions.where(UserRole.user_id == user.id).distinct())
    if not held.all():
        raise HTTPException(403)
    return user


@router.get("/users/me")
async def read_account(user: Annotated[User, Depends(caller)]) -> UserOut:
    return user
