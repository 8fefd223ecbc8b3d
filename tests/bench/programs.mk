# SPDX-License-Identifier: GPL-2.0
# The programs that measure the tool on this machine, of the same objects as the tool itself.

BENCH_LIBRARY := $(BUILD)/bench/user.a

.PHONY: bench-programs
bench-programs: $(BUILD)/bench/user_side

$(BUILD)/bench/%.o: tests/bench/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) -I. $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BENCH_LIBRARY): $(OBJECTS)
	$(say) AR $@
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/bench/user_side: $(BUILD)/bench/user_side.o $(BUILD)/bench/synthetic.o $(BENCH_LIBRARY)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lbpf -lelf

.PRECIOUS: $(BUILD)/bench/%.o

-include $(BUILD)/bench/user_side.d $(BUILD)/bench/synthetic.d
