# SPDX-License-Identifier: GPL-2.0
# The tests' part of the Makefile.

UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*/test_*.c))
# What runs without a kernel: all rooms but those that speak to BPF, and the verbs.
UNIT_SOURCES := $(filter-out user/main.c user/verbs/% user/probe/% user/cost/%, $(SOURCES))
UNIT_OBJECTS := $(UNIT_SOURCES:user/%.c=$(BUILD)/unit/user/%.o)
# The linker takes of it what a test needs, so that a test of one file is built of few.
UNIT_LIBRARY := $(BUILD)/unit/user.a
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

$(BUILD)/unit/user/%.o: user/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) -O1 -g $(SANITIZERS) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%.o: tests/unit/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) -Itests/unit $(CPPFLAGS) -O1 -g $(SANITIZERS) -MMD -MP -c -o $@ $<

$(BUILD)/unit/user/kernel/families.o: | $(SKELETONS)
$(BUILD)/unit/user/kernel/core_btf.o: $(BUILD)/skel/core_types.h

$(UNIT_LIBRARY): $(UNIT_OBJECTS)
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/unit/%: $(BUILD)/unit/%.o $(UNIT_LIBRARY)
	$(say) LINK $@
	$(Q)$(CC) $(SANITIZERS) $(LDFLAGS) -o $@ $^ -lcmocka -lbpf -lelf

unit: $(UNIT_TESTS:%=$(BUILD)/unit/%)

.PRECIOUS: $(BUILD)/unit/%.o $(BUILD)/bpf/trace_%.bpf.o $(BUILD)/fuzz/%.o

-include $(UNIT_OBJECTS:.o=.d) $(UNIT_TESTS:%=$(BUILD)/unit/%.d)

FUZZ_TESTS := record state symbols

# The same sources as in the unit tests, through the fuzzing entry.
$(BUILD)/fuzz/%.o: tests/fuzz/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) -Itests/fuzz -Itests/unit $(CPPFLAGS) -O1 -g $(SANITIZERS) -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/smoke_%: $(BUILD)/fuzz/smoke_%.o $(BUILD)/fuzz/fuzz_%.o $(UNIT_LIBRARY)
	$(say) LINK $@
	$(Q)$(CC) $(SANITIZERS) $(LDFLAGS) -o $@ $^ -lbpf -lelf

fuzz: $(FUZZ_TESTS:%=$(BUILD)/fuzz/smoke_%)

include tests/programs/programs.mk
include tests/bench/programs.mk
include tests/bench/bench.mk

# As many jobs as there are processors, where whoever called make has not said how many.
PARALLEL = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

# Each installs what it needs first, then builds with what is there.
check:
	$(Q)tests/install-needed build build-arm64 unit completions vm vm-arm64 kernel-tests docs
	$(Q)$(MAKE) $(PARALLEL) all unit fuzz programs bench-programs
	$(Q)$(MAKE) $(PARALLEL) ARCH=arm64 all programs
	$(Q)tests/check

vm-check:
	$(Q)tests/install-needed build build-arm64 vm vm-arm64 kernel-tests
	$(Q)$(MAKE) $(PARALLEL) all programs
	$(Q)$(MAKE) $(PARALLEL) ARCH=arm64 all programs
	$(Q)tests/check vm

# Beside the peers; BENCH=PART... only these parts of it: see docs/BENCH.md.
bench:
	$(Q)tests/install-needed build vm bench
	$(Q)$(MAKE) all programs bench-programs
	$(Q)tests/bench/run $(BENCH)

demo:
	$(Q)tests/install-needed build demo
	$(Q)$(MAKE) all
	$(Q)tests/demo/run

FORMATTED := $(wildcard bpf/*.[ch] bpf/*/*.[ch] user/*.[ch] user/*/*.[ch] user/*/*/*.[ch] vmlinux/*.h docs/*.c completions/*.[ch] tests/unit/*/*.[ch] tests/fuzz/*.[ch] tests/programs/*.[ch] tests/docs/*.c tests/bench/*.[ch])

format:
	$(Q)$(CLANG_FORMAT) -i $(FORMATTED)

lint: $(OBJECTS)
	$(Q)$(CLANG_FORMAT) --dry-run -Werror $(FORMATTED)
	$(Q)tests/lint/check-rooms . $(BUILD)
	$(Q)tests/lint/check-fields

# What documents have from the tables of stages, verbs, options and differences between kernels.
docs:
	$(Q)docs/make-stages
	$(Q)docs/make-features
	$(Q)MAKE='$(MAKE)' docs/make-options

.PHONY: fuzz docs

-include $(wildcard $(BUILD)/fuzz/*.d)
