import { type Cluster, readyImage } from '@mesh-platform/kubernetes';

/** The image that every probe has, wherever it runs: that of a service which runs, so that it is there already. */
export async function runningImage(cluster: Cluster): Promise<string> {
  const image = await readyImage(cluster, 'app.kubernetes.io/managed-by=mesh');
  if (!image) throw new Error('no service runs whose image a probe could have');
  return image;
}
