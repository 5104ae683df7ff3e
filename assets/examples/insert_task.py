"""Inserts a task. Uses erp.tasks (id, global_id, title, priority, due_date, tags)."""

import asyncio
import datetime

import asyncpg
from erp_database import database_pool


async def insert_task(pool: asyncpg.Pool, title: str, due: datetime.date) -> asyncpg.Record:
    """Passes values as parameters, never in the SQL text; the database generates id and global_id."""
    return await pool.fetchrow(
        """
        INSERT INTO erp.tasks (title, priority, due_date, tags)
        VALUES ($1, $2, $3, $4)
        RETURNING id, global_id
        """,
        title,
        "high",
        due,
        ["example"],
    )


async def main() -> None:
    async with database_pool() as pool:
        task = await insert_task(pool, "Write the report", datetime.date(2030, 1, 31))
        print(f"task {task['id']} is {task['global_id']}")


if __name__ == "__main__":
    asyncio.run(main())
