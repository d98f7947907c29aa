// The node's image registry: what a person builds while working on it is pushed here, and pulled by the node's containerd.
// go-containerregistry's, of which istiod has most compiled already: a cold build hardly notices it.
//
//	registry FOLDER MAX_BYTES SOCKET ADDRESS
package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: registry FOLDER MAX_BYTES SOCKET ADDRESS")
	}
	folder, socket, address := os.Args[1], os.Args[3], os.Args[4]
	maxBytes, err := strconv.ParseInt(os.Args[2], 10, 64)
	orFatal(err)
	orFatal(os.MkdirAll(folder, 0o700))
	orFatal(os.RemoveAll(socket)) // of a process that was killed
	store := boundedStore{registry.NewDiskBlobHandler(folder).(diskStore), folder, maxBytes}
	images := registry.New(registry.WithBlobHandler(store), registry.Logger(log.New(io.Discard, "", 0)))
	server := &http.Server{Handler: http.MaxBytesHandler(images, maxBytes), ReadHeaderTimeout: 10 * time.Second}
	// The socket is the host's way in, the address that of the node's own processes.
	go serve(server, "unix", socket)
	serve(server, "tcp", address)
}

func serve(server *http.Server, network, address string) {
	listener, err := net.Listen(network, address)
	orFatal(err)
	orFatal(server.Serve(listener))
}

func orFatal(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

type diskStore interface {
	registry.BlobHandler
	registry.BlobStatHandler
	registry.BlobPutHandler
}

// boundedStore takes no further blob once its folder holds maxBytes; it is emptied by each start of the node.
type boundedStore struct {
	diskStore
	folder   string
	maxBytes int64
}

func (s boundedStore) Put(ctx context.Context, repository string, hash v1.Hash, content io.ReadCloser) error {
	held, err := sizeOf(s.folder)
	if err != nil {
		return err
	}
	if held >= s.maxBytes {
		return fmt.Errorf("the registry is full (%d MiB); ./platform down and ./platform up empty it", held>>20)
	}
	return s.diskStore.Put(ctx, repository, hash, content)
}

func sizeOf(folder string) (total int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
