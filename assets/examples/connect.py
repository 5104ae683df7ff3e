"""Connects, and prints the current user. Uses no tables."""

import asyncio

from erp_database import database_pool


async def main() -> None:
    async with database_pool() as pool:
        user = await pool.fetchval("SELECT current_user")
        print(f"connected as {user}")


if __name__ == "__main__":
    asyncio.run(main())
