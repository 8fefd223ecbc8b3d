# SPDX-License-Identifier: GPL-2.0
# The programs that make sockets for the kernel tests, and the traced tool with more stages.

PROGRAM_NAMES := collide kinds loop on_request softirq threads
PROGRAMS := $(PROGRAM_NAMES:%=$(BUILD)/programs/%)

.PHONY: programs
programs: $(PROGRAMS) $(BUILD)/more-stages/build/sockcreate-trace

$(BUILD)/programs/%.o: tests/programs/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Static: they start faster in the guests.
$(PROGRAMS): $(BUILD)/programs/%: $(BUILD)/programs/%.o $(BUILD)/programs/creation.o
	$(say) LINK $@
	$(Q)$(CC) $(LDFLAGS) -static -o $@ $^

# The tool with rows added to its table of stages and changed nowhere else: functions that softirqs
# call as well.
MORE_STAGES := $(BUILD)/more-stages
$(MORE_STAGES)/build/sockcreate-trace: tests/programs/more-stages.def $(BUILD)/sockcreate-trace
	$(say) MAKE $@
	$(Q)mkdir -p $(MORE_STAGES)/tests
	$(Q)cp -rp Makefile bpf user vmlinux $(MORE_STAGES)/
	$(Q): > $(MORE_STAGES)/tests/tests.mk
	$(Q){ sed '/^#undef WAY_IN/d' bpf/stages.def; cat $<; echo '#undef WAY_IN'; } \
		> $(MORE_STAGES)/bpf/stages.def
	$(Q)$(MAKE) --no-print-directory -C $(MORE_STAGES)

.PRECIOUS: $(BUILD)/programs/%.o

-include $(PROGRAM_NAMES:%=$(BUILD)/programs/%.d) $(BUILD)/programs/creation.d
