# What comes twice changes nothing, even when the bus has forgotten that it was there before.
signal auth_attempt tenant=acme users=1..101 at=-1m method=SSO outcome=FAILURE failure=TIMEOUT
await condition acme auth_failures_over_100 change=raised
ticket acme T-1 opened 'SSO' 'SSO is down for all of us. Please escalate, nobody can work.' requester=dana
await case platform tickets=1
settled
notified leadership kind=case_opened
notified requester ticket=T-1
repeat
redeliver TICKETS
redeliver ASSESSMENTS
redeliver CASES
settled
cases platform 1
notified leadership kind=case_opened
notified requester ticket=T-1
