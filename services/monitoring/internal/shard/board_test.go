package shard

import (
	"context"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

func TestARunningOwnerShowsHowTheRulesStand(t *testing.T) {
	w := newWorld(t, "")
	now := time.Now()
	send(t, w.conn, 3, failure(1, "acme", "u1", now), failure(2, "acme", "u2", now), failure(3, "acme", "u3", now))
	run(t, w, smallPolicy())
	ctx, done := context.WithTimeout(t.Context(), 30*time.Second)
	defer done()
	shown, looked := map[string]*monitoringv1.Standing{}, map[string]bool{}
	err := w.conn.Follow(ctx, bus.Following{Stream: topology.Standings}, func(_ context.Context, raw bus.Raw) error {
		var st monitoringv1.Standing
		var l monitoringv1.Looked
		if topology.IsLooked(raw.Subject) {
			if err := bus.Decode(raw, &l); err != nil {
				return err
			}
			looked[l.GetShard()] = true
		} else if err := bus.Decode(raw, &st); err != nil {
			return err
		} else {
			shown[st.GetScope()] = &st
		}
		if len(looked) == topology.Shards+1 {
			done()
		}
		return nil
	})
	if err != nil || len(looked) != topology.Shards+1 {
		t.Fatalf("%d shards have looked: %v", len(looked), err)
	}
	for scope, shard := range map[string]string{"acme": topology.ShardName(3), "platform": topology.PlatformShard} {
		st := shown[scope]
		if st.GetState() != "raised" || st.GetValue() != 3 || st.GetThreshold() != 2 || st.GetCounts() != "people" || st.GetShard() != shard {
			t.Errorf("%s is shown as %v", scope, st)
		}
	}
}
