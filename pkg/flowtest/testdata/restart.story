# A crash in the middle loses nothing and tells nobody twice.
signal auth_attempt tenant=acme users=1..60 at=-3m method=SSO outcome=FAILURE failure=SERVICE_UNAVAILABLE
ticket acme T-1 opened 'SSO' 'SSO is down for all of us. Please escalate, nobody can work.' requester=dana
kill
start
signal auth_attempt tenant=acme users=61..101 at=-2m method=SSO outcome=FAILURE failure=SERVICE_UNAVAILABLE
kill
start
await condition acme auth_failures_over_100 change=raised value=101 people=101
await case platform tickets=1 state=pending_review
settled
cases acme 0
cases platform 1
notified leadership kind=case_opened
notified requester ticket=T-1
stop
start
signal auth_attempt tenant=acme users=1..25 at=-10s method=SSO outcome=SUCCESS
await condition acme auth_failures_over_100 change=cleared
cases platform 1
notified leadership kind=case_opened
