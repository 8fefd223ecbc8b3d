# SPDX-License-Identifier: GPL-2.0
# The programs that measure the tool on this machine, of the same objects as the tool itself.

BENCH_OBJECTS := $(UNIT_SOURCES:user/%.c=$(BUILD)/user/%.o)

.PHONY: bench-programs
bench-programs: $(BUILD)/bench/user_side

$(BUILD)/bench/%.o: tests/bench/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) -I. $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/bench/user_side: $(BUILD)/bench/user_side.o $(BUILD)/bench/synthetic.o $(BENCH_OBJECTS)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lbpf -lelf

.PRECIOUS: $(BUILD)/bench/%.o

-include $(BUILD)/bench/user_side.d $(BUILD)/bench/synthetic.d
