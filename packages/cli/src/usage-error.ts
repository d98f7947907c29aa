export { UsageError } from '@mesh-platform/kubernetes';
