"""Starts a session for a client. Uses erp.people (id), agent.sessions (id, client_person_id, session_type, metadata)."""

import asyncio
import sys

import asyncpg
from erp_database import database_pool


async def create_session(pool: asyncpg.Pool, person_id: int) -> int | None:
    """agent.sessions.client_person_id references erp.people: PostgreSQL rejects an id that does not exist."""
    try:
        return await pool.fetchval(
            """
            INSERT INTO agent.sessions (client_person_id, session_type, metadata)
            VALUES ($1, 'chat', $2)
            RETURNING id
            """,
            person_id,
            {"channel": "web"},
        )
    except asyncpg.ForeignKeyViolationError:
        return None


async def main(person_id: int) -> None:
    async with database_pool() as pool:
        session = await create_session(pool, person_id)
        print("no such person" if session is None else f"session {session} started")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
