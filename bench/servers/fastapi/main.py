"""The benchmark's endpoints on FastAPI, as its tutorial teaches them: uvicorn main:app.

Follows its chapters on path and query parameters, body, security with JWT, and SQL databases (with SQLAlchemy's
asynchronous sessions).
"""

import os
from contextlib import asynccontextmanager
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException, Path, Query
from fastapi.responses import PlainTextResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, EmailStr, Field, SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SECRET = "a secret of the benchmark, 32 bytes at least"

url = os.environ.get("DATABASE_URL")
engine = create_async_engine(url) if url else None
sessions = async_sessionmaker(engine, expire_on_commit=False) if engine else None


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield
    if engine:
        await engine.dispose()


app = FastAPI(title="Bench", version="1.0.0", lifespan=lifespan)


@app.get("/plaintext", response_class=PlainTextResponse)
async def plaintext():
    return "Hello, World!"


class Message(BaseModel):
    message: str


@app.get("/json")
async def json() -> Message:
    return Message(message="Hello, World!")


class Item(BaseModel):
    id: int
    q: str | None
    limit: int
    tenant: str


@app.get("/items/{id}")
async def read_item(
    id: Annotated[int, Path(ge=1)],
    x_tenant: Annotated[str, Header(min_length=1, max_length=32)],
    q: Annotated[str | None, Query(max_length=50)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Item:
    return Item(id=id, q=q, limit=limit, tenant=x_tenant)


class Address(BaseModel):
    street: Annotated[str, Field(min_length=1, max_length=100)]
    city: Annotated[str, Field(min_length=1, max_length=100)]
    zip: Annotated[str, Field(pattern="^[0-9]{5}$")]


class UserBase(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    age: Annotated[int, Field(ge=0, le=150)]
    email: EmailStr


class UserCreate(UserBase):
    password: Annotated[SecretStr, Field(min_length=8, max_length=128)]
    address: Address
    tags: Annotated[list[str], Field(max_length=10)] = []


class UserOut(UserBase):
    address: Address
    tags: list[str]


@app.post("/users", status_code=201, response_model=UserOut)
async def create_user(user: UserCreate):
    return user


class CurrentUser(BaseModel):
    name: str
    role: str


async def claims(token: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> dict:
    try:
        return jwt.decode(token.credentials, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


async def current_user(claims: Annotated[dict, Depends(claims)]) -> CurrentUser:
    return CurrentUser(name=claims["sub"], role=claims["role"])


async def admin(user: Annotated[CurrentUser, Depends(current_user)]) -> CurrentUser:
    if user.role != "admin":
        raise HTTPException(403)
    return user


@app.get("/me")
async def read_me(admin: Annotated[CurrentUser, Depends(admin)]) -> CurrentUser:
    return admin


class Base(DeclarativeBase):
    pass


class RowEntity(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Row(BaseModel):
    id: int
    name: str


async def session():
    async with sessions() as session:
        yield session


@app.get("/rows/{id}")
async def read_row(id: Annotated[int, Path(ge=1)], session: Annotated[AsyncSession, Depends(session)]) -> Row:
    row = (await session.execute(select(RowEntity).where(RowEntity.id == id))).scalar_one_or_none()
    if row is None:
        raise HTTPException(404)
    return Row(id=row.id, name=row.name)


if "APPLICATION_KEY" in os.environ:
    import account

    app.include_router(account.router)
