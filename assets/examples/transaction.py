"""Creates a project and a session about it: both or neither.

Uses erp.projects (id, name), agent.sessions (id, subject_type, subject_id), agent.events (session_id, event_type).
"""

import asyncio
import sys

import asyncpg
from erp_database import database_pool


async def start_project(pool: asyncpg.Pool, name: str, first_event: str | None) -> int:
    """Both schemas are in one database, so one transaction covers both."""
    async with pool.acquire() as connection, connection.transaction():
        project = await connection.fetchval(
            "INSERT INTO erp.projects (name) VALUES ($1) RETURNING id", name
        )
        session = await connection.fetchval(
            """
            INSERT INTO agent.sessions (subject_type, subject_id)
            VALUES ('project', $1)
            RETURNING id
            """,
            project,
        )
        # An exception in this block rolls back all three inserts.
        await connection.execute(
            "INSERT INTO agent.events (session_id, event_type) VALUES ($1, $2)", session, first_event
        )
        return project


async def main(name: str, first_event: str | None) -> None:
    async with database_pool() as pool:
        try:
            print(f"project {await start_project(pool, name, first_event)} started")
        except asyncpg.NotNullViolationError:
            print("rejected and rolled back")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
