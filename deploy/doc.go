// Package deploy checks what stands in this folder and has no compiler: the
// compose file, the Tiltfile, the Dockerfile, the NATS server's settings and
// the example scripts.
//
// It is a module of its own, outside go.work, so that what its tests need never
// raises a version that the services run with. It promises that the files are
// read by the programs that will read them (or by their own libraries) and that
// they agree with each other and with the sources; it leaves to a container
// engine whether the images start.
package deploy
