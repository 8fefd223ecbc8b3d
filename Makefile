# SPDX-License-Identifier: GPL-2.0
#
# make                    build/sockcreate-trace
# make STATIC=1           the same as one static binary
# make ARCH=arm64         build/arm64/sockcreate-trace, static, for that machine
# make install            to $(DESTDIR)$(PREFIX)
# make demo               shows the tool at work; installs what it needs
# make check              all tests; installs what they need
# make unit | vm-check    the tests without a kernel | on real kernels under QEMU
# make bench              measures the tool beside others; installs what that needs
# make format             formats the sources
# make lint               checks the format, and that the rooms of user/ keep their order
# make clean
#
# V=1 shows the commands. CC, CLANG, LLVM_STRIP, BPFTOOL, CFLAGS, LDFLAGS as usual.

VERSION := 0.2.0

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
DOCDIR ?= $(PREFIX)/share/doc/sockcreate-trace

HOSTCC ?= cc
CLANG ?= clang
LLVM_STRIP ?= llvm-strip
CLANG_FORMAT ?= clang-format
# Debian puts bpftool where only root's PATH finds it.
BPFTOOL ?= $(firstword $(shell command -v bpftool) /usr/sbin/bpftool)
INSTALL ?= install

# The kernel's name for an architecture, by what uname calls the machine.
arch_of = $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(1)))
MACHINE_ARCH := $(call arch_of,$(shell uname -m))
ARCH ?= $(MACHINE_ARCH)
BPF_ARCH := $(call arch_of,$(ARCH))

# For another machine: Debian's cross compiler, and its libraries fetched into a folder.
MACHINE_BUILD := build
ifeq ($(BPF_ARCH),$(MACHINE_ARCH))
BUILD := $(MACHINE_BUILD)
else ifeq ($(BPF_ARCH),arm64)
BUILD := $(MACHINE_BUILD)/$(BPF_ARCH)
CROSS := aarch64-linux-gnu
STATIC := 1
LIBRARIES := $(BUILD)/libraries
ifeq ($(origin CC),default)
CC := $(CROSS)-gcc
endif
else
$(error cannot build for $(ARCH) on this machine)
endif

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
TOOL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -DSOCKCREATE_TRACE_VERSION='"$(VERSION)"' $(WARNINGS) \
	-Iuser -Ibpf -I$(BUILD)/skel
BPF_CFLAGS := -target bpf -mcpu=v3 -O2 -g -std=gnu11 -D__TARGET_ARCH_$(BPF_ARCH) \
	-Wall -Wextra -Wno-unused-function -Werror -Ivmlinux -Ibpf \
	-fdebug-compilation-dir=. -ffile-prefix-map='$(CURDIR)'=.

LIBS := -lbpf -lelf -lz
ifdef STATIC
TOOL_CFLAGS += -DSTATIC_BUILD
TOOL_LDFLAGS := -static
endif
ifdef LIBRARIES
TOOL_CFLAGS += -isystem $(LIBRARIES)/usr/include
BPF_CFLAGS += -isystem $(LIBRARIES)/usr/include
TOOL_LDFLAGS += -L$(LIBRARIES)/usr/lib/$(CROSS)
LIBS += -lzstd
endif

# One source, built five ways, and each of them without what few users ask for: see
# bpf/trace.bpf.c.
BPF_VARIANTS := fentry fentry_atomics kprobe kprobe_atomics kprobe_session
VARIANT_fentry :=
VARIANT_fentry_atomics := -DHAVE_ATOMICS
VARIANT_kprobe := -DPROBE_KPROBE
VARIANT_kprobe_atomics := -DPROBE_KPROBE -DHAVE_ATOMICS
VARIANT_kprobe_session := -DPROBE_KPROBE -DPROBE_KPROBE_SESSION -DHAVE_ATOMICS
BPF_OBJECTS := $(BPF_VARIANTS:%=trace_%) $(BPF_VARIANTS:%=trace_%_lean)

# All rooms: user/main.c, a file in a room, or in a room of a room.
SOURCES := $(wildcard user/*.c user/*/*.c user/*/*/*.c)
OBJECTS := $(SOURCES:user/%.c=$(BUILD)/user/%.o)
SKELETONS := $(BPF_OBJECTS:%=$(BUILD)/skel/%.skel.h) $(BUILD)/skel/read_families.skel.h

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s %s\n'
endif

.PHONY: all completions install uninstall clean demo check unit vm-check format lint FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(BUILD)/sockcreate-trace

$(BUILD)/sockcreate-trace: $(OBJECTS) $(BUILD)/link.flags
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(TOOL_LDFLAGS) -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/user/%.o: user/%.c $(BUILD)/compile.flags | $(LIBRARIES)
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# What includes the skeletons needs them made first; afterwards the dependency files know.
$(BUILD)/user/probe/objects.o $(BUILD)/user/kernel/families.o: | $(SKELETONS)
$(BUILD)/user/kernel/core_btf.o: $(BUILD)/skel/core_types.h

# Without debugging information, but with BTF: what libbpf reads, and nothing of where it was built.
define compile_bpf
	$(say) BPF $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(VARIANT_$(*:_lean=)) $(if $(filter %_lean,$*),-DLEAN) -MMD -MP -c -o $@ $<
	$(Q)$(LLVM_STRIP) -g $@
endef

$(BUILD)/bpf/trace_%.bpf.o: bpf/trace.bpf.c $(BUILD)/bpf.flags | $(LIBRARIES)
	$(compile_bpf)
$(BUILD)/bpf/read_families.bpf.o: bpf/read_families.bpf.c $(BUILD)/bpf.flags | $(LIBRARIES)
	$(compile_bpf)

$(BUILD)/skel/%.skel.h: $(BUILD)/bpf/%.bpf.o
	$(say) SKEL $@
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name $* > $@

# The names of the types that the programs may want relocated, without what follows ___: see
# user/kernel/core_btf.h.
$(BUILD)/skel/core_types.h: $(BPF_OBJECTS:%=$(BUILD)/bpf/%.bpf.o) $(BUILD)/bpf/read_families.bpf.o
	$(say) GEN $@
	$(Q)mkdir -p $(@D)
	$(Q)for object in $^; do $(BPFTOOL) btf dump file $$object || exit; done | \
		sed -nE "s/^\[[0-9]+\] (STRUCT|UNION|ENUM|ENUM64) '([A-Za-z0-9_]+)'.*/\2/p" | \
		sed -E 's/___.*//; s/.*/"&",/' | LC_ALL=C sort -u > $@

ifdef LIBRARIES
# A link into the cache.
$(LIBRARIES):
	$(say) FETCH $@
	$(Q)mkdir -p $(@D)
	$(Q)folder=$$(tests/vm/fetch-debian libraries $(BPF_ARCH)) && ln -sfn "$$folder" $@
endif

# A file that changes only when the flags do, so that what was built with others is built again.
define record_flags
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(subst ','\'',$(1))' | cmp -s - $@ || echo '$(subst ','\'',$(1))' > $@
endef

$(BUILD)/compile.flags: FORCE
	$(call record_flags,$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS))
$(BUILD)/link.flags: FORCE
	$(call record_flags,$(CC) $(CFLAGS) $(LDFLAGS) $(TOOL_LDFLAGS) $(LIBS))
$(BUILD)/bpf.flags: FORCE
	$(call record_flags,$(CLANG) $(BPF_CFLAGS) $(LLVM_STRIP) $(BPFTOOL))

# Programs that print the tables of options, as documents and shells have them. They run here, so
# they are of this machine's build.
TABLE_ROOMS := options formats creation plan kernel symbols names text
TABLE_OBJECTS := $(filter $(TABLE_ROOMS:%=$(BUILD)/user/%/%), $(OBJECTS))

$(BUILD)/tables.a: $(TABLE_OBJECTS)
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/docs/print-options: docs/print-options.c $(BUILD)/tables.a
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^

COMPLETIONS := sockcreate-trace _sockcreate-trace sockcreate-trace.fish
COMPLETIONS := $(COMPLETIONS:%=$(MACHINE_BUILD)/completions/%)

ifeq ($(BUILD),$(MACHINE_BUILD))
all: completions
completions: $(COMPLETIONS)

COMPLETION_SOURCES := $(wildcard completions/*.c)

$(BUILD)/completions/print-completions: $(COMPLETION_SOURCES) completions/completions.h \
		$(BUILD)/tables.a
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(COMPLETION_SOURCES) \
		$(BUILD)/tables.a

SHELL_OF_sockcreate-trace := bash
SHELL_OF__sockcreate-trace := zsh
SHELL_OF_sockcreate-trace.fish := fish

$(COMPLETIONS): $(BUILD)/completions/print-completions
	$(say) GEN $@
	$(Q)$< $(SHELL_OF_$(@F)) > $@
else
# They are the same for all machines, and made by a program that runs here.
completions:
	$(Q)$(MAKE) ARCH=$(MACHINE_ARCH) CC=$(HOSTCC) completions
endif

include tests/tests.mk

install: all completions
	$(INSTALL) -d "$(DESTDIR)$(SBINDIR)" "$(DESTDIR)$(MANDIR)/man8" "$(DESTDIR)$(DOCDIR)" \
		"$(DESTDIR)$(BASHDIR)" "$(DESTDIR)$(ZSHDIR)" "$(DESTDIR)$(FISHDIR)"
	$(INSTALL) -m 755 $(BUILD)/sockcreate-trace "$(DESTDIR)$(SBINDIR)/"
	$(INSTALL) -m 644 docs/sockcreate-trace.8 "$(DESTDIR)$(MANDIR)/man8/"
	$(INSTALL) -m 644 docs/EXAMPLES.md docs/FORMATS.md docs/STAGES.md "$(DESTDIR)$(DOCDIR)/"
	@# The man page names the folder of the documents.
	$(Q)sed -i 's|/usr/local/share/doc/sockcreate-trace|$(DOCDIR)|' \
		"$(DESTDIR)$(MANDIR)/man8/sockcreate-trace.8"
	$(INSTALL) -m 644 $(MACHINE_BUILD)/completions/sockcreate-trace "$(DESTDIR)$(BASHDIR)/"
	$(INSTALL) -m 644 $(MACHINE_BUILD)/completions/_sockcreate-trace "$(DESTDIR)$(ZSHDIR)/"
	$(INSTALL) -m 644 $(MACHINE_BUILD)/completions/sockcreate-trace.fish "$(DESTDIR)$(FISHDIR)/"

uninstall:
	rm -f "$(DESTDIR)$(SBINDIR)/sockcreate-trace" "$(DESTDIR)$(MANDIR)/man8/sockcreate-trace.8" \
		"$(DESTDIR)$(DOCDIR)/EXAMPLES.md" "$(DESTDIR)$(DOCDIR)/FORMATS.md" \
		"$(DESTDIR)$(DOCDIR)/STAGES.md" \
		"$(DESTDIR)$(BASHDIR)/sockcreate-trace" "$(DESTDIR)$(ZSHDIR)/_sockcreate-trace" \
		"$(DESTDIR)$(FISHDIR)/sockcreate-trace.fish"
	$(Q)rmdir "$(DESTDIR)$(DOCDIR)" 2>/dev/null || :

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(BPF_OBJECTS:%=$(BUILD)/bpf/%.bpf.d) $(BUILD)/bpf/read_families.bpf.d
