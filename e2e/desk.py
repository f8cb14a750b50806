# A help desk as a customer would write it for Twilio: it knows nothing of Repli, and takes its
# credentials from the environment. It does what desk.js does.
import json
import sys
from urllib.parse import urlsplit

from twilio.rest import Client

client = Client()
NOTES = 120


def open_desk(primary, fallback, phone, person):
    [offered] = client.available_phone_numbers("US").local.list(area_code=510, limit=1)
    bought = client.incoming_phone_numbers.create(phone_number=offered.phone_number, sms_url=primary)
    number = client.incoming_phone_numbers(bought.sid).update(sms_fallback_url=fallback)
    for i in range(1, NOTES + 1):
        note = client.messages.create(from_=number.phone_number, to=phone, body=f"Note {i}")
    service = client.messaging.services.create(friendly_name="Desk", use_inbound_webhook_on_number=True)
    service.phone_numbers.create(phone_number_sid=number.sid)
    message = client.messages.create(messaging_service_sid=service.sid, to=person, body="Hello, this is the desk.")
    return {
        "number": number.phone_number, "primary": number.sms_url, "fallback": number.sms_fallback_url,
        "note": f"{note.body} is {note.status}", "members": [m.phone_number for m in service.phone_numbers.list()],
        "message": message.sid, "service": message.messaging_service_sid == service.sid, "status": message.status,
    }


def bodies(messages):
    """The first and the last of a list, and how many there are."""
    return f"{len(messages)}, {messages[0].body}, {messages[-1].body}"


def review(number, phone, message):
    query = {"from_": number, "to": phone, "page_size": 50}
    onward = urlsplit(client.monitor.alerts.page(page_size=1).next_page_url)
    return {
        "listed": bodies(client.messages.list(**query)),
        "streamed": bodies(list(client.messages.stream(**query))),
        "onward": f"{onward.scheme}://{onward.netloc}",
        "alerts": [a.error_code for a in client.monitor.alerts.list(log_level="error", page_size=1)],
        "sender": client.messages(message).fetch().from_,
    }


print(json.dumps({"open": open_desk, "review": review}[sys.argv[1]](*sys.argv[2:])))
