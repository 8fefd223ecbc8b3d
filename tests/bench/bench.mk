# SPDX-License-Identifier: GPL-2.0
# What make bench measures with: programs that do nothing, and the plugin that counts instructions.

.PHONY: bench bench-programs
bench-programs: $(BUILD)/bench/empty_programs

$(BUILD)/bench/empty_programs.bpf.o: tests/bench/empty_programs.bpf.c $(BUILD)/bpf.flags
	$(compile_bpf)

$(BUILD)/skel/empty_programs.skel.h: $(BUILD)/bench/empty_programs.bpf.o
	$(say) SKEL $@
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name empty_programs > $@

$(BUILD)/bench/empty_programs.o: tests/bench/empty_programs.c $(BUILD)/compile.flags | $(BUILD)/skel/empty_programs.skel.h
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/bench/empty_programs: $(BUILD)/bench/empty_programs.o $(BUILD)/link.flags
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(TOOL_LDFLAGS) -o $@ $< $(LIBS)

# QEMU's plugins run on this machine; this one counts in guests of x86-64.
PLUGIN_SOURCES := $(wildcard tests/bench/count_*.c)
PLUGIN_OBJECTS := $(PLUGIN_SOURCES:tests/bench/%.c=$(BUILD)/bench/%.o)
bench-programs: $(BUILD)/bench/count_calls.so

$(PLUGIN_OBJECTS): $(BUILD)/bench/%.o: tests/bench/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -MMD -MP -c -o $@ $<

$(BUILD)/bench/count_calls.so: $(PLUGIN_OBJECTS)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^

-include $(wildcard $(BUILD)/bench/*.d)
