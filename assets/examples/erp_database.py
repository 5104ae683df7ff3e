"""One pool of connections for the whole service, open while the service runs."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg


async def _prepare(connection: asyncpg.Connection) -> None:
    """Converts JSONB to and from Python values."""
    await connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
    )


@asynccontextmanager
async def database_pool() -> AsyncIterator[asyncpg.Pool]:
    """Keep the pool small: the server allows 40 connections for all services together."""
    async with asyncpg.create_pool(
        host=os.environ["POSTGRES_HOST"],
        port=int(os.environ["POSTGRES_PORT"]),
        database=os.environ["POSTGRES_DB"],
        user=os.environ["POSTGRES_USER"],
        password=os.environ["POSTGRES_PASSWORD"],
        min_size=1,
        max_size=5,
        command_timeout=30,
        init=_prepare,
        server_settings={"application_name": "my-service"},
    ) as pool:
        yield pool
