# A program as a customer would write it for Twilio: it knows nothing of Repli, and takes its
# credentials from the environment. It does what proxy.js does, but for the certificate, which
# requests keeps to itself.
import json
import sys

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

try:
    Client().calls("CA00000000000000000000000000000001").fetch()
    call = {}
except TwilioRestException as refusal:
    call = {"status": refusal.status, "code": refusal.code, "message": refusal.msg}
except requests.exceptions.RequestException as failure:
    call = {"message": str(failure)}

other = {"page": requests.get(sys.argv[1], timeout=10).text} if len(sys.argv) > 1 else None
print(json.dumps({"call": call, "other": other}))
