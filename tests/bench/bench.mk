# SPDX-License-Identifier: GPL-2.0
# What make bench measures with: programs that do nothing or little, and the plugin that counts
# instructions.

.PHONY: bench bench-programs
# Programs for guests, each of one BPF object.
BENCH_TRACERS := empty_programs session_designs
bench-programs: $(BENCH_TRACERS:%=$(BUILD)/bench/%)

$(BENCH_TRACERS:%=$(BUILD)/bench/%.bpf.o): $(BUILD)/bench/%.bpf.o: tests/bench/%.bpf.c $(BUILD)/bpf.flags
	$(compile_bpf)

$(BENCH_TRACERS:%=$(BUILD)/skel/%.skel.h): $(BUILD)/skel/%.skel.h: $(BUILD)/bench/%.bpf.o
	$(say) SKEL $@
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name $* > $@

$(BENCH_TRACERS:%=$(BUILD)/bench/%.o): $(BUILD)/bench/%.o: tests/bench/%.c $(BUILD)/compile.flags | $(BENCH_TRACERS:%=$(BUILD)/skel/%.skel.h)
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BENCH_TRACERS:%=$(BUILD)/bench/%): $(BUILD)/bench/%: $(BUILD)/bench/%.o $(BUILD)/link.flags
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
