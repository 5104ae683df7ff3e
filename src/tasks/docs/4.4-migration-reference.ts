import { allItems, anywhere, inProduction } from '../../checklist/items.ts';
import { deployedMigrations } from '../../documents/deployed.ts';
import { documentStep } from '../../documents/document-step.ts';
import { legacyHistory, legacyWords, migrationsText } from '../../documents/migrations-text.ts';
import { documentSource } from '../../documents/source.ts';
import type { Evidence, OpenItem } from '../../domain/evidence.ts';
import type { ItemId } from '../../domain/phase.ts';
import { bundled, layout } from '../../workspace/layout.ts';
import { legacyLeft } from '../../workspace/legacy.ts';

const items = {
  file: anywhere('4.4#1'),
  history: anywhere('4.4#2'),
  legacy: anywhere('4.4#3'),
  erpDeployed: inProduction('4.4#4'),
  agentDeployed: inProduction('4.4#5'),
  howToRun: anywhere('4.4#6'),
  howToValidate: anywhere('4.4#7'),
};

/** Documents the history of the migrations, and how to run and validate them. */
export const migrationReference = documentStep({
  id: '4.4',
  items: allItems(items),
  title: 'migration reference',
  path: layout.migrationsReadme,
  name: 'migrations',
  heading: 'Migrations',
  needs: [
    {
      step: '0.3',
      what: `no legacy migration left in ${layout.legacy}`,
      holds: async (context) => (await legacyLeft(context)).length === 0,
    },
  ],
  async compose(context, described) {
    const source = await documentSource(context, described);
    const deployed = deployedMigrations(context);
    const legacy = await legacyHistory(context);
    const { target, ledger } = source;
    const evidence = (item: ItemId, summary: string): Evidence => ({ item, target, summary });
    const deployedEvidence = (item: ItemId, file: string): Evidence | OpenItem => {
      const checksum = ledger.find(({ name }) => name === file)?.checksum;
      const at = deployed.find((one) => one.checksum === checksum)?.appliedAt;
      return at === undefined
        ? { item, reason: `${file} is not deployed: its date comes from production's ledger (step 3.3)` }
        : { item, target: 'production', summary: `${file} deployed ${at}`, facts: { appliedAt: at } };
    };
    const deployments = [
      deployedEvidence(items.erpDeployed.id, bundled.erp),
      deployedEvidence(items.agentDeployed.id, bundled.agent),
    ];
    return {
      body: migrationsText({ source, deployed, legacy }),
      summary: `${layout.migrationsReadme}: ${ledger.length} migrations`,
      evidence: [
        evidence(items.file.id, layout.migrationsReadme),
        evidence(items.history.id, `${ledger.length} migrations with the dates and checksums of the ledger`),
        evidence(items.legacy.id, legacyWords(legacy)),
        ...deployments.filter((one) => 'target' in one),
        evidence(items.howToRun.id, 'with erp-deploy, and with psql'),
        evidence(items.howToValidate.id, 'with erp-deploy validate, and with the validation script'),
      ],
      open: deployments.filter((one) => 'reason' in one),
    };
  },
});
