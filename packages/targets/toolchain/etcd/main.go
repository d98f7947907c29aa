// etcd as it is, from the module that Kubernetes' own client pins: Debian's 3.4 cannot tell the API server how far a
// watch has come, and each list and watch of Kubernetes 1.36 then waits for a time-out.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
