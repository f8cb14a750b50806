#!/usr/bin/env bash
# A TLV without a value is never sent by github.com/linxGnu/gosmpp v0.3.1.
#
# SMPP 3.4 §5.3.2.41 gives alert_on_message_delivery no value: the TLV is its tag and a length of zero, and
# its presence is the request. Guessed: a submit_sm to which it is added ends with 13 0c 00 00. Seen, with
# v0.3.1 and Go 1.26: the PDU has the same octets as without it, and no error says so, while a TLV with a
# value of one octet is written as one expects. A program that asks a phone to be alerted so asks for nothing.
#
# Repli's own smpp package writes such a TLV; its comparison with gosmpp leaves this one out.
# Installs the module below a temporary folder, opens no connection, and fails when the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH="$folder/go" GOFLAGS=-modcacherw GOWORK=off
cat >go.mod <<'MOD'
module finding

go 1.26

require github.com/linxGnu/gosmpp v0.3.1
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/linxGnu/gosmpp/pdu"
)

// octets returns a submit_sm with these TLVs, as it would be sent.
func octets(tlvs ...pdu.Field) []byte {
	p := pdu.NewSubmitSM()
	p.SetSequenceNumber(1)
	for _, f := range tlvs {
		p.RegisterOptionalParam(f)
	}
	b := pdu.NewBuffer(nil)
	p.Marshal(b)
	return b.Bytes()
}

func main() {
	bare := len(octets())
	fmt.Println("with a value of one octet:", len(octets(pdu.Field{Tag: pdu.TagDisplayTime, Data: []byte{1}}))-bare, "octets more")
	fmt.Println("without a value:", len(octets(pdu.Field{Tag: pdu.TagAlertOnMessageDelivery}))-bare, "octets more")
}
GO
timeout 120 go mod tidy >/dev/null 2>&1
got=$(timeout 120 go run .)
echo "$got"
want='with a value of one octet: 5 octets more
without a value: 0 octets more'
[ "$got" = "$want" ] || { echo "gosmpp behaves otherwise now; 4 octets more without a value is what the specification says" >&2; exit 1; }
