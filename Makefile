# What a contributor needs, one target each; `make help` lists them.
# The continuous-integration run is `make check test`.

VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LINT     := go tool -modfile=$(CURDIR)/tools/go.mod golangci-lint
FUZZTIME ?= 30s
ROUNDS   ?= 50
SOAK     ?= 10m
ISLAND   := console/editor
NPM      := e2e/node_modules e2e/cli/node_modules e2e/functions/node_modules e2e/browser/node_modules e2e/servers/node_modules
export PATH := $(PATH):/usr/sbin

.PHONY: help build check test browser servers race fuzz crash soak bench release editor clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

build: ## Build bin/repli, stripped and without cgo
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/repli ./cmd/repli

check: $(ISLAND)/source/node_modules ## Read the code: gofmt, go vet, golangci-lint, go mod tidy, the editor of the console
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt -w" $$unformatted; exit 1; }
	go vet ./...
	$(LINT) run
	go mod tidy -diff
	cd e2e && go vet ./...
	cd e2e && $(LINT) run
	cd e2e && go mod tidy -diff
	@cd $(ISLAND)/source && npm run -s build | cmp - ../editor.bundle.js || { echo "run make editor"; exit 1; }

test: $(NPM) ## Run every test, those against Twilio's own libraries included
	@tools/need curl curl ca-certificates
	go test ./...
	@test "$$(uname)" != Linux || tools/need strace strace
	@/usr/bin/python3 -c 'import twilio' 2>/dev/null || tools/need python3-twilio python3-twilio
	@tools/need nginx nginx
	@tools/need php php-cli
	@/usr/bin/python3 -c 'import flask' 2>/dev/null || tools/need python3-flask python3-flask
	cd e2e && go test -count=1 ./...
	@$(MAKE) --no-print-directory browser

browser: build e2e/browser/node_modules ## Play the console in a browser
	@tools/need chromium chromium fonts-dejavu-core fonts-noto-color-emoji
	cd e2e/browser && CHROMIUM="$$(command -v chromium)" node_modules/.bin/playwright test $(BROWSER)

servers: e2e/servers/node_modules ## Play every real server that can be installed; SERVERS=-update writes docs/servers.md
	@tools/need nginx nginx
	@tools/need php php-cli
	@/usr/bin/python3 -c 'import flask, fastapi, uvicorn' 2>/dev/null || tools/need python3-fastapi python3-flask python3-fastapi python3-uvicorn
	@tools/need apache2 apache2
	@test -e /usr/lib/apache2/modules/libphp8.2.so || tools/need libapache2-mod-php8.2 libapache2-mod-php8.2
	@tools/need php-fpm8.2 php8.2-fpm
	@tools/need haproxy haproxy
	@tools/need caddy caddy
	@tools/need lighttpd lighttpd
	@tools/need varnishd varnish
	@tools/need gunicorn gunicorn
	@test -e /usr/lib/uwsgi/plugins/python3_plugin.so || tools/need uwsgi-plugin-python3 uwsgi-core uwsgi-plugin-python3
	@tools/need puma puma
	@test -e /usr/share/doc/ruby-sinatra || tools/need ruby-sinatra ruby-sinatra
	@tools/need javac default-jdk-headless
	@test -e /usr/share/java/jetty9-server.jar || tools/need libjetty9-java libjetty9-java
	@test -e /usr/share/java/tomcat10-catalina.jar || tools/need libtomcat10-java libtomcat10-java
	cd e2e && go test -count=1 ./servers -all $(SERVERS)

race: ## Run the tests under the race detector
	@tools/need gcc gcc libc6-dev
	CGO_ENABLED=1 go test -race ./...

fuzz: ## Run each fuzz target for FUZZTIME (30s)
	@tools/fuzz $(FUZZTIME)

crash: ## Kill the server in the midst of its work, for ROUNDS rounds (50)
	ROUNDS=$(ROUNDS) go test -count=1 -timeout=1h -v ./crash/

soak: build ## Run the server under everything that can go wrong at once, for SOAK (10m)
	go build -o bin/soak ./soak
	bin/soak -for $(SOAK)

bench: build ## Measure speed, memory and size on this machine (about four minutes)
	go build -o bin/bench ./bench
	bin/bench -dir bin $(BENCH)

release: ## Build dist/: archives for six platforms, an OCI image, an npm package
	rm -rf dist
	go run ./release -out dist $(RELEASE)

editor: $(ISLAND)/source/node_modules ## Rebuild the TwiML editor of the console, which is committed
	cd $(ISLAND)/source && npm run -s build >../editor.bundle.js

clean: ## Remove what the other targets made
	rm -rf bin dist $(NPM) $(ISLAND)/source/node_modules e2e/browser/screenshots e2e/browser/traces

$(NPM) $(ISLAND)/source/node_modules: %/node_modules: %/package.json %/package-lock.json
	@tools/need node nodejs
	@tools/need npm npm
	cd $* && npm ci
	@touch $@
