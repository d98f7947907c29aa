export { type AwsPlace, awsObjects, databaseSettings } from './eks/aws-objects.ts';
export { ADMIN_NAMESPACE, databaseRole } from './eks/database-role.ts';
export { EKS_ENVIRONMENTS, type EksEnvironment, type Outputs, outputsOf, readOutputs } from './eks/outputs.ts';
export { eksSettings } from './eks/settings.ts';
export { passwordSecret, requireDeclaredClients } from './postgres/clients-patch.ts';
export { prepareInfraTools } from './tools/prepare.ts';
export { databaseClients, requireClients } from './topology/database-clients.ts';
export { declaredSecrets } from './topology/declared-secrets.ts';
