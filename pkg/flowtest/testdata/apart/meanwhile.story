# While a service is away the others go on, and when it is back it hears what it missed.
signal auth_attempt tenant=helio users=1..2500 at=-4m method=PASSWORD outcome=SUCCESS
kill notification
kill review
kill classification
signal auth_attempt tenant=acme users=1..101 at=-2m method=PASSWORD outcome=FAILURE failure=TIMEOUT
await condition acme auth_failures_over_100 change=raised value=101 people=101
kill monitoring
ticket acme T-1 opened 'Login' 'Nobody can log in. Please escalate, nobody can work.' requester=dana
signal auth_attempt tenant=acme users=1..25 at=-1m method=PASSWORD outcome=SUCCESS
start classification
start review
await case acme tickets=1 conditions=1 state=pending_review
start monitoring
await condition acme auth_failures_over_100 change=cleared
start notification
settled
cases acme 1
cases platform 0
notified leadership kind=case_opened
notified requester ticket=T-1
