# SPDX-License-Identifier: GPL-2.0
# The programs that make sockets for the kernel tests.

PROGRAM_NAMES := collide kinds loop on_request softirq threads
PROGRAMS := $(PROGRAM_NAMES:%=$(BUILD)/programs/%)

.PHONY: programs
programs: $(PROGRAMS)

$(BUILD)/programs/%.o: tests/programs/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Static: they start faster in the guests.
$(PROGRAMS): $(BUILD)/programs/%: $(BUILD)/programs/%.o $(BUILD)/programs/creation.o
	$(say) LINK $@
	$(Q)$(CC) $(LDFLAGS) -static -o $@ $^

.PRECIOUS: $(BUILD)/programs/%.o

-include $(PROGRAM_NAMES:%=$(BUILD)/programs/%.d) $(BUILD)/programs/creation.d
