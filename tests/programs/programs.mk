# SPDX-License-Identifier: GPL-2.0
# The programs that make sockets for the kernel tests.

PROGRAM_NAMES := collide io_uring kinds loop on_request softirq threads
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

# 32-bit, for the x86-64 kernels' compatibility system calls.
ifeq ($(BPF_ARCH),x86)
programs: $(BUILD)/programs/compat
endif

$(BUILD)/programs/compat: tests/programs/compat.c
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -m32 -Wall -Wextra -Werror -O1 -ffreestanding -fno-pie -no-pie -fno-stack-protector \
		-static -nostdlib -o $@ $<
