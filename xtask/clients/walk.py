"""Walks the API with an unmodified client by openapi-python-client.

`cargo xtask clients` generates the package `backend_client` beside it, type-checks both with
`mypy --strict`, and runs it with BASE_URL, USERNAME and PASSWORD (of someone to register).
"""

import os
from http import HTTPStatus
from typing import Any, TypeVar, assert_type

from backend_client import AuthenticatedClient, Client
from backend_client.api.auth import create_token, register
from backend_client.api.items import create_item, delete_item, list_items, read_item, update_item
from backend_client.api.users import read_me
from backend_client.models import (
    ItemCreate,
    ItemOut,
    ItemUpdate,
    PageOutItemOut,
    Problem,
    RegisterIn,
    TokenOut,
    TokenRequest,
    UserOut,
)
from backend_client.types import Response, Unset

T = TypeVar("T")

BASE_URL = os.environ["BASE_URL"]
USERNAME = os.environ["USERNAME"]
PASSWORD = os.environ["PASSWORD"]


def parsed(answer: Response[Any], status: HTTPStatus, model: type[T]) -> T:
    """The typed body of an answer that has to have this status."""
    assert answer.status_code == status, f"{answer.status_code}, not {status}: {answer.content!r}"
    assert isinstance(answer.parsed, model), f"{answer.parsed!r} is no {model.__name__}"
    return answer.parsed


def walk() -> None:
    anonymous = Client(base_url=BASE_URL, raise_on_unexpected_status=True)
    account = RegisterIn(email=f"{USERNAME}@example.com", username=USERNAME, password=PASSWORD)
    user = parsed(register.sync_detailed(client=anonymous, body=account), HTTPStatus.CREATED, UserOut)
    assert user.username == USERNAME
    print(f"registered {user.username}")

    # The same once more: the answer's type names the problem, whose code is a string.
    answer = register.sync(client=anonymous, body=account)
    assert_type(answer, UserOut | Problem | None)
    assert isinstance(answer, Problem)
    assert_type(answer.code, str)
    assert answer.status == 409
    print(f"registered again: {answer.code}")

    form = TokenRequest(grant_type="password", username=USERNAME, password=PASSWORD)
    tokens = parsed(create_token.sync_detailed(client=anonymous, body=form), HTTPStatus.OK, TokenOut)
    print(f"signed in for {tokens.expires_in} s")

    stranger = AuthenticatedClient(base_url=BASE_URL, token="no-token")
    refused = parsed(read_me.sync_detailed(client=stranger), HTTPStatus.UNAUTHORIZED, Problem)
    print(f"with a wrong token: {refused.code}")

    client = AuthenticatedClient(base_url=BASE_URL, token=tokens.access_token, raise_on_unexpected_status=True)
    me = parsed(read_me.sync_detailed(client=client), HTTPStatus.OK, UserOut)
    assert me.id == user.id

    item = ItemCreate(name="Fork", price="2.50", tags=["cutlery"])
    made = parsed(create_item.sync_detailed(client=client, body=item), HTTPStatus.CREATED, ItemOut)
    assert made.owner_id == me.id
    assert made.price == "2.50"

    listed = list_items.sync_detailed(client=client, q="Fork", page=1, page_size=10)
    page = parsed(listed, HTTPStatus.OK, PageOutItemOut)
    assert [entry.id for entry in page.items] == [made.id]

    cheaper = ItemUpdate(price="3.00")
    changed = parsed(
        update_item.sync_detailed(made.id, client=client, body=cheaper), HTTPStatus.OK, ItemOut
    )
    assert (changed.price, changed.name) == ("3.00", "Fork")

    wrong = update_item.sync_detailed(made.id, client=client, body=ItemUpdate(price="free"))
    problem = parsed(wrong, HTTPStatus.UNPROCESSABLE_ENTITY, Problem)
    assert not isinstance(problem.errors, Unset)
    assert problem.errors[0].pointer == "/price"
    print(f"a price that is no number: {problem.errors[0].code}")

    deleted = delete_item.sync_detailed(made.id, client=client)
    assert deleted.status_code == HTTPStatus.NO_CONTENT, deleted
    gone = parsed(read_item.sync_detailed(made.id, client=client), HTTPStatus.NOT_FOUND, Problem)
    print(f"reading what is deleted: {gone.code}")
    print("Python client: register, token, users/me, create, list, patch, delete: ok")


walk()
