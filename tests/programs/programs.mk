# SPDX-License-Identifier: GPL-2.0
# The programs that make sockets for the kernel tests.

PROGRAM_NAMES := accept collide io_uring kinds loop many nothing on_request requests rounds seccomp softirq threads
PROGRAMS := $(PROGRAM_NAMES:%=$(BUILD)/programs/%)

.PHONY: programs
programs: $(PROGRAMS)

$(BUILD)/programs/%.o: tests/programs/%.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Static: they start faster in the guests.
$(BUILD)/programs/io_uring $(BUILD)/programs/requests: $(BUILD)/programs/ring.o
$(PROGRAMS): $(BUILD)/programs/%: $(BUILD)/programs/%.o $(BUILD)/programs/creation.o
	$(say) LINK $@
	$(Q)$(CC) $(LDFLAGS) -static -o $@ $^

.PRECIOUS: $(BUILD)/programs/%.o

-include $(PROGRAM_NAMES:%=$(BUILD)/programs/%.d) $(BUILD)/programs/creation.d $(BUILD)/programs/ring.d

# With frame pointers, by which the kernel unwinds user stacks: a static one, and one that is loaded
# anywhere and uses the C library of the machine that it runs on.
programs: $(BUILD)/programs/callers $(BUILD)/programs/callers_pie

CALLERS_CFLAGS := -fno-omit-frame-pointer -fno-optimize-sibling-calls -pthread

$(BUILD)/programs/callers: tests/programs/callers.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(CALLERS_CFLAGS) $(LDFLAGS) -static -o $@ $<

$(BUILD)/programs/callers_pie: tests/programs/callers.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(CALLERS_CFLAGS) $(LDFLAGS) -fPIE -pie -o $@ $<

# The service of the examples: with frame pointers, by which the stack of a process is unwound.
programs: $(BUILD)/programs/gateway

$(BUILD)/programs/gateway: tests/docs/gateway.c $(BUILD)/compile.flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) -O1 -fno-omit-frame-pointer $(LDFLAGS) -o $@ $<

# 32-bit, for the kernels' compatibility system calls.
programs: $(BUILD)/programs/compat

COMPAT_CFLAGS := -Wall -Wextra -Werror -O1 -ffreestanding -fno-pie -fno-stack-protector \
	-fno-omit-frame-pointer

$(BUILD)/programs/compat: tests/programs/compat.c
	$(say) CC $@
	$(Q)mkdir -p $(@D)
ifeq ($(BPF_ARCH),x86)
	$(Q)$(CC) -m32 $(COMPAT_CFLAGS) -no-pie -static -nostdlib -o $@ $<
else
	$(Q)$(CLANG) --target=armv7-linux-gnueabi $(COMPAT_CFLAGS) -c -o $@.o $<
	$(Q)$(shell $(CC) -print-prog-name=ld) -m armelf_linux_eabi -static -o $@ $@.o
endif
