"""Little apps in FastAPI: their documents are what ours must equal (see ../fastapi.rs).

Written with FastAPI 0.141.1. To write the documents anew, where that is installed together with `pydantic[email]` and
`python-multipart`: `python apps.py`.
"""

import json
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path as File
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, Form, Header, Path, Query, Security
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from fastapi.security import APIKeyHeader, HTTPBearer, OAuth2PasswordBearer
from pydantic import BaseModel, EmailStr, Field, HttpUrl

apps: dict[str, FastAPI] = {}


def app(name: str, **options) -> FastAPI:
    apps[name] = FastAPI(**options)
    return apps[name]


# First steps
first = app("first-steps")


@first.get("/")
async def root():
    return {"message": "Hello World"}


# Path parameters, an enum, a path in a path
class ModelName(str, Enum):
    alexnet = "alexnet"
    resnet = "resnet"
    lenet = "lenet"


paths = app("paths")


@paths.get("/items/{item_id}")
async def read_item(item_id: Annotated[int, Path(title="The ID of the item to get", ge=1, le=1000)], q: str | None = None):
    return {}


@paths.get("/models/{model_name}")
async def get_model(model_name: ModelName):
    return {}


@paths.get("/files/{file_path:path}")
async def read_file(file_path: str):
    return {}


# Query parameters
queries = app("queries")


@queries.get("/items/")
async def read_items(
    needy: str,
    skip: int = 0,
    limit: int | None = None,
    short: bool = False,
    size: Annotated[float, Query(gt=0, lt=10.5)] = 1.5,
    q: Annotated[
        str | None,
        Query(
            alias="item-query",
            title="Query string",
            description="Query string for the items",
            min_length=3,
            max_length=50,
            pattern="^fixedquery$",
            deprecated=True,
        ),
    ] = None,
    tags: Annotated[list[str], Query()] = ["foo", "bar"],
    hidden: Annotated[str | None, Query(include_in_schema=False)] = None,
):
    return {}


# Headers and cookies
headers = app("headers-and-cookies")


@headers.get("/items/")
async def read_headers(
    user_agent: Annotated[str | None, Header()] = None,
    x_token: Annotated[list[str] | None, Header()] = None,
    ads_id: Annotated[str | None, Cookie()] = None,
    session: Annotated[UUID, Cookie()] = UUID(int=0),
):
    return {}


# Groups of parameters
class FilterParams(BaseModel):
    model_config = {"extra": "forbid"}
    limit: int = Field(100, gt=0, le=100)
    offset: int = Field(0, ge=0)
    tags: list[str] = []


groups = app("groups")


@groups.get("/items/")
async def read_filtered(filter_query: Annotated[FilterParams, Query()]):
    return filter_query


# Bodies
class Image(BaseModel):
    url: HttpUrl
    name: str


class Item(BaseModel):
    name: str
    description: str | None = Field(default=None, title="The description of the item", max_length=300)
    price: float = Field(gt=0, description="The price must be greater than zero")
    tax: float | None = None
    tags: set[str] = set()
    image: Image | None = None


class User(BaseModel):
    username: str
    email: EmailStr
    full_name: str | None = None


bodies = app("bodies")


@bodies.post("/items/")
async def create_item(item: Item):
    return item


@bodies.put("/items/{item_id}")
async def update_item(item_id: int, item: Item, q: str | None = None):
    return {}


@bodies.post("/images/multiple/")
async def create_multiple_images(images: list[Image]):
    return {}


@bodies.post("/index-weights/")
async def create_index_weights(weights: dict[str, float]):
    return {}


@bodies.put("/users/")
async def put_user(user: User | None = None):
    return {}


# Extra types
class Event(BaseModel):
    id: UUID
    start: datetime
    day: date
    at: time


types = app("types")


@types.post("/events/{event_id}")
async def create_event(event_id: UUID, event: Event) -> Event:
    return event


# Answers
class UserIn(BaseModel):
    username: str
    password: str


class UserOut(BaseModel):
    username: str


class Message(BaseModel):
    message: str


answers = app("answers")


@answers.post("/user/", response_model=UserOut, status_code=201, response_description="The created user")
async def create_user(user: UserIn):
    return user


@answers.get("/users/")
async def list_users() -> list[UserOut]:
    return []


@answers.get("/keyword-weights/")
async def read_keyword_weights() -> dict[str, float]:
    return {}


@answers.get("/name")
async def read_name() -> str:
    return ""


@answers.get("/plain", response_class=PlainTextResponse)
async def read_plain():
    return ""


@answers.get("/html", response_class=HTMLResponse)
async def read_html():
    return ""


@answers.delete("/user/{user_id}", status_code=204)
async def delete_user(user_id: int) -> None:
    return None


@answers.get(
    "/found/{item_id}",
    response_model=UserOut,
    responses={
        404: {"model": Message, "description": "The item was not found"},
        302: {"description": "The item was moved"},
        403: {"model": Message},
        "5XX": {"description": "Our fault"},
        200: {
            "description": "Item requested by ID",
            "content": {"application/json": {"example": {"username": "bar"}}, "image/png": {}},
        },
    },
)
async def read_found(item_id: str):
    return {}


# Forms
forms = app("forms")


@forms.post("/login/")
async def login(username: Annotated[str, Form()], password: Annotated[str, Form()], remember: Annotated[bool, Form()] = False):
    return {}


# Security
security = app("security")
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "Read me.", "items": "Read items."})
api_key = APIKeyHeader(name="X-API-Key")
bearer = HTTPBearer()


async def get_current_user(token: Annotated[str, Depends(oauth2_scheme)], tenant: Annotated[str, Header()]):
    return token


@security.get("/users/me")
async def read_users_me(user: Annotated[str, Depends(get_current_user)], verbose: bool = False):
    return {}


@security.get("/keys")
async def read_keys(key: Annotated[str, Depends(api_key)]):
    return {}


@security.get("/bearer")
async def read_bearer(credentials: Annotated[object, Depends(bearer)]):
    return {}


# What stands around
metadata = app(
    "metadata",
    title="ChimichangApp",
    description="Does **awesome** stuff.",
    summary="Deadpool's favorite app.",
    version="0.0.1",
    terms_of_service="http://example.com/terms/",
    contact={"name": "Deadpoolio", "url": "http://x-force.example.com/contact/", "email": "dp@x-force.example.com"},
    license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
    servers=[{"url": "https://stag.example.com", "description": "Staging environment"}],
    openapi_tags=[
        {"name": "users", "description": "Operations with users."},
        {"name": "items", "externalDocs": {"description": "Items external docs", "url": "https://fastapi.tiangolo.com/"}},
    ],
    openapi_external_docs={"description": "All of it", "url": "https://example.com/docs"},
)
router = APIRouter(prefix="/api", tags=["items"], responses={418: {"description": "I'm a teapot"}})


@router.get(
    "/items/",
    tags=["users"],
    summary="List what there is",
    description="All of *it*.",
    deprecated=True,
    openapi_extra={"x-aperture-labs-portal": "blue"},
)
async def read_all():
    return {}


@router.get("/custom", operation_id="my_own_id")
async def read_custom():
    """
    Read it in a way of its own
    """
    return {}


metadata.include_router(router)


# Examples
class ExampleItem(BaseModel):
    name: str = Field(examples=["Foo"])
    price: float
    model_config = {"json_schema_extra": {"examples": [{"name": "Foo", "price": 35.4}]}}


examples = app("examples")


@examples.put("/items/{item_id}")
async def put_example(
    item_id: Annotated[int, Path(openapi_examples={"one": {"summary": "The first", "value": 1}})],
    item: Annotated[
        ExampleItem,
        Body(
            openapi_examples={
                "normal": {"summary": "A normal example", "description": "A **normal** item.", "value": {"name": "Foo", "price": 35.4}},
                "invalid": {"summary": "Refused", "value": {"name": "Baz", "price": "thirty"}},
            },
        ),
    ],
):
    return {}


# Callbacks and webhooks
class Invoice(BaseModel):
    id: str
    title: str | None = None


class InvoiceEvent(BaseModel):
    description: str
    paid: bool


class InvoiceEventReceived(BaseModel):
    ok: bool


out_calls = app("out-calls")
callbacks = APIRouter()


@callbacks.post("{$callback_url}/invoices/{$request.body.id}", response_model=InvoiceEventReceived)
def invoice_notification(body: InvoiceEvent):
    pass


@out_calls.post("/invoices/", callbacks=callbacks.routes)
def create_invoice(invoice: Invoice, callback_url: str | None = None):
    return {}


@out_calls.webhooks.post("new-subscription")
def new_subscription(body: InvoiceEvent):
    """
    When a new user subscribes to your service we'll send you a POST request with this data.
    """


# Models in models, defaults, and forms and headers as models
class Size(str, Enum):
    small = "small"
    large = "large"


class Part(BaseModel):
    name: str = Field(min_length=1, max_length=20, pattern="^[a-z]+$")
    size: Size = Size.small
    weights: list[float] = Field(default=[], max_length=3)


class Machine(BaseModel):
    """A machine made of parts"""

    main: Part
    others: dict[str, Part] = {}
    spare: list[Part] | None = None
    grid: list[list[bool]]
    active: bool = True
    ratio: float = Field(default=0.5, ge=0, le=1, multiple_of=0.25, title="The ratio", description="Of *something*")
    old: str | None = Field(default=None, deprecated=True)


class Credentials(BaseModel):
    model_config = {"extra": "forbid"}
    username: str
    password: str


class CommonHeaders(BaseModel):
    host: str
    save_data: bool
    if_modified_since: str | None = None
    x_tag: list[str] = []


class CommonQuery:
    def __init__(self, q: str | None = None, skip: Annotated[int, Query(ge=0)] = 0):
        self.q = q
        self.skip = skip


async def verify_key(x_key: Annotated[str, Header()]):
    return x_key


models = app("models")


@models.put("/machines/{machine_id}", tags=["machines"])
async def put_machine(machine_id: UUID, machine: Machine, size: Size = Size.large) -> Machine:
    return machine


@models.get("/machines/", dependencies=[Depends(verify_key)])
async def list_machines(common: Annotated[CommonQuery, Depends()], ids: Annotated[list[UUID] | None, Query()] = None) -> list[Machine]:
    return []


@models.get("/maybe")
async def read_maybe() -> Machine | None:
    return None


@models.post("/login")
async def log_in(data: Annotated[Credentials, Form()]) -> bool:
    return True


@models.get("/headers")
async def read_common(headers: Annotated[CommonHeaders, Header()]) -> dict[str, str]:
    return {}


@models.post("/searches", status_code=202)
async def search(terms: Annotated[list[str], Body(min_length=1, examples=[["a"]])], q: Annotated[str, Query(examples=["b"])]) -> list[list[int]]:
    return []


@models.head("/head")
async def read_head():
    return {}


@models.patch("/optional")
async def patch_optional(part: Annotated[Part, Body(title="A part", description="All of it")]) -> None:
    return None


if __name__ == "__main__":
    for name, made in apps.items():
        text = json.dumps(made.openapi(), indent=2, ensure_ascii=False) + "\n"
        (File(__file__).parent / f"{name}.json").write_text(text, encoding="utf-8")
