# A request is withdrawn, and its case with it; asked again it is a request again, and a second one on the way opens nothing and tells nobody.
ticket acme T-1 opened 'Insights' 'Insights does not load at all for our whole company. Please escalate, the board meets tomorrow morning.' requester=dana at=-20m
await case acme state=pending_review recommendation=eligible tickets=1
notified leadership kind=case_opened
notified requester ticket=T-1 kind=under_review
ticket acme T-1 flagged csm=carl reason='Insights is completely unavailable for this customer, and the board meets tomorrow.' at=-18m
ticket acme T-1 escalation_requested reason='Insights does not load at all.' urgency='The board meets tomorrow.' policy_reason=insights_unavailable at=-16m
ticket acme T-1 note AGENT 'I withdraw the escalation request.' at=-14m
cases acme 1
await case acme state=pending_review tickets=1
notified leadership times=1
notified requester ticket=T-1 times=1
ticket acme T-1 note CUSTOMER 'Please withdraw our escalation request.' at=-12m
await case acme state=withdrawn
ticket acme T-1 note CUSTOMER 'Insights still does not load at all. Please escalate after all, the board meets tomorrow morning.' at=-10m
await case acme state=pending_review recommendation=eligible
cases acme 1
notified leadership kind=reopened
repeat
redeliver TICKETS
settled
cases acme 1
notified leadership kind=case_opened
notified leadership kind=withdrawn
notified leadership kind=reopened
