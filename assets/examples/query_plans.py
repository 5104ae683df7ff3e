"""Lists plans with their runs. Uses agent.plans (id, plan_title, status, client_id), agent.scheduler_runs (plan_id)."""

import asyncio

import asyncpg
from erp_database import database_pool


async def plans_of(pool: asyncpg.Pool, client_id: str) -> list[asyncpg.Record]:
    """Includes plans that never ran, with 0 runs."""
    return await pool.fetch(
        """
        SELECT plans.plan_title, plans.status, count(runs.plan_id) AS runs
          FROM agent.plans AS plans
          LEFT JOIN agent.scheduler_runs AS runs ON runs.plan_id = plans.id
         WHERE plans.client_id = $1
         GROUP BY plans.id
         ORDER BY plans.id
        """,
        client_id,
    )


async def main() -> None:
    async with database_pool() as pool:
        for plan in await plans_of(pool, "acme"):
            print(f"{plan['plan_title']} ({plan['status']}): {plan['runs']} runs")


if __name__ == "__main__":
    asyncio.run(main())
