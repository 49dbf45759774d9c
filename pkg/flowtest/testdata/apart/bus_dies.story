# The bus itself may die: what it acknowledged is there when it is back, and everybody goes on.
signal auth_attempt tenant=helio users=1..2500 at=-4m method=PASSWORD outcome=SUCCESS
signal auth_attempt tenant=acme users=1..60 at=-3m method=PASSWORD outcome=FAILURE failure=TIMEOUT
ticket acme T-1 opened 'Login' 'Nobody can log in. Please escalate, nobody can work.' requester=dana
kill nats
start nats
signal auth_attempt tenant=acme users=61..101 at=-2m method=PASSWORD outcome=FAILURE failure=TIMEOUT
await condition acme auth_failures_over_100 change=raised value=101 people=101
await case acme tickets=1 conditions=1 state=pending_review
kill nats
start nats
case acme approve by=lena eta=2h
settled
cases acme 1
cases platform 0
notified leadership kind=case_opened
notified requester ticket=T-1 kind=approved
