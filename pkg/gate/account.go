package gate

import (
	"context"
	"net"
	"net/http"
	"sync"
)

type connection struct{}

// OfConn is the context of a connection's requests, in which it is kept whose the
// connection is, so that it is looked up once. An http.Server takes it as ConnContext.
func OfConn(ctx context.Context, c net.Conn) context.Context {
	far, near := c.RemoteAddr().String(), c.LocalAddr().String()
	return context.WithValue(ctx, connection{}, sync.OnceValue(func() bool { return sameAccount(far, near) }))
}

// ours says that the process at the other end is of this account or of root. A
// request that came over no connection, as in tests, is.
func ours(r *http.Request) bool {
	if kept, ok := r.Context().Value(connection{}).(func() bool); ok {
		return kept()
	}
	near, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return !ok || sameAccount(r.RemoteAddr, near.String())
}
