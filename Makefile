# Every target works on a fresh machine with Python 3.11+ and make. Without make: python3 manage.py start
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
VENV_PYTHON := .venv/Scripts/python.exe
else
VENV_PYTHON := .venv/bin/python
endif
MANAGE := $(VENV_PYTHON) manage.py
# The import linter and mypy look modules up by path; see manage.py on why `site` is a plain folder.
export PYTHONPATH := .:site
export PYTHONUTF8 := 1
# WHEELS=folder: packages come from that folder alone (made by `make wheels`), for machines without a network.
ifdef WHEELS
export PIP_NO_INDEX := 1
export PIP_FIND_LINKS := $(abspath $(WHEELS))
endif

# Processes that share the tests; `auto` is one a processor.
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help run setup wheels test lint format index export serve-export bench judged-scores evaluate-set-aside messages install install-dev

help: ## Liệt kê các lệnh
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: ## Chạy cổng tại 127.0.0.1:8000 (PORT=8080 đổi cổng mạng)
	@$(PYTHON) manage.py start

setup: install-dev ## Chuẩn bị môi trường, thư viện và cơ sở dữ liệu; không nạp mẫu, không chạy cổng
	@$(MANAGE) start --chi-chuan-bi

wheels: ## Tải mọi thư viện vào wheels/ để cài trên máy không có mạng: make setup WHEELS=wheels
	$(PYTHON) -m pip wheel --quiet --requirement requirements-dev.txt --wheel-dir wheels

test: install-dev ## Chạy bộ kiểm thử (SQLite; PostgreSQL khi có DATABASE_URL)
	$(VENV_PYTHON) -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: install-dev ## Kiểm tra kiểu viết, kiểu dữ liệu, tầng mô-đun, mẫu trang và di trú
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m mypy
	$(VENV_PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(VENV_PYTHON) -m djhtml --check --tabwidth 2 site/templates
	DJANGO_SETTINGS_MODULE=portal.settings.test $(MANAGE) makemigrations --check --dry-run

format: install-dev ## Viết lại mã và mẫu trang cho đúng kiểu
	$(VENV_PYTHON) -m ruff check --fix .
	$(VENV_PYTHON) -m ruff format .
	$(VENV_PYTHON) -m djhtml --tabwidth 2 site/templates

index: install ## Cập nhật chỉ mục tìm kiếm
	$(MANAGE) sync_search_index

export: install ## Xuất cổng thành tệp tĩnh
	$(MANAGE) export_site $(ARGS)

serve-export: install ## Xem bản tĩnh tại 127.0.0.1:8001 như trên máy chủ web thường
	$(MANAGE) serve_export $(ARGS)

bench: install-dev ## Chạy mọi phép đo trong benchmarks/
	@set -e; for file in benchmarks/bench_*.py; do \
		if [ ! -e "$$file" ]; then echo "Chưa có phép đo nào trong benchmarks/." >&2; exit 1; fi; \
		echo "== $$file"; $(VENV_PYTHON) "$$file"; \
	done

judged-scores: install-dev ## Chấm lại nửa câu hỏi mở và ghi mức điểm không lớp nào được tụt dưới
	$(VENV_PYTHON) -m tests.search.judging scores $(ARGS)

evaluate-set-aside: install-dev ## Chấm nửa câu hỏi cất riêng (điểm cuối; không dùng để chỉnh)
	$(VENV_PYTHON) -m tests.search.judging set-aside $(ARGS)

messages: install-dev ## Rút mọi câu chữ của cổng vào site/locale, biên dịch bản tiếng Anh
	$(VENV_PYTHON) -m tests.messages

install: ## Chỉ cài thư viện (đủ để chạy manage.py restore)
	@$(PYTHON) site/portal/bootstrap.py

install-dev:
	@$(PYTHON) site/portal/bootstrap.py --dev
