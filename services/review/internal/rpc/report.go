package rpc

import (
	"context"
	"fmt"

	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/who"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// Report is how leadership decided in a period, as 30d, for who sees all tenants.
// field is what the period is called.
func (s *Service) Report(ctx context.Context, field, period string) (report.Report, error) {
	back, err := report.Period(period)
	if err != nil {
		return report.Report{}, problem.BadRequest(field, "%v", err)
	}
	if !who.Of(ctx).SeesAll() {
		return report.Report{}, report.ErrWalled
	}
	made, err := s.Reports.Report(ctx, s.Now(), back)
	if err != nil {
		return made, fmt.Errorf("make a report: %w", err)
	}
	return made, nil
}

// GetReport is how leadership decided in a period.
func (s *Service) GetReport(ctx context.Context, r *reviewv1.GetReportRequest) (*reviewv1.GetReportResponse, error) {
	if err := plain("period", r.GetPeriod(), maxText); err != nil {
		return nil, err
	}
	made, err := s.Report(ctx, "period", r.GetPeriod())
	if err != nil {
		return nil, err
	}
	out, err := as(made, &reviewv1.Report{})
	return &reviewv1.GetReportResponse{Report: out}, err
}
