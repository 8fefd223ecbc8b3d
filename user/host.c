// SPDX-License-Identifier: GPL-2.0
#include "host.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define KERNEL_BTF	      "/sys/kernel/btf/vmlinux"
#define INITIAL_PID_NAMESPACE 0xeffffffcU /* PROC_PID_INIT_INO in include/linux/proc_ns.h */

static __s64 clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

__u64 host__boot_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

/* The two clocks can't be read at one instant: take the middle of two readings of the first. */
static __s64 boot_to_real_ns(void)
{
	__s64 before = clock_ns(CLOCK_BOOTTIME);
	__s64 real = clock_ns(CLOCK_REALTIME);
	__s64 after = clock_ns(CLOCK_BOOTTIME);

	return real - (before + (after - before) / 2);
}

void host__read(struct host *host)
{
	struct utsname name;
	struct stat stat_buffer;

	memset(host, 0, sizeof(*host));
	uname(&name);
	snprintf(host->release, sizeof(host->release), "%s", name.release);
	snprintf(host->arch, sizeof(host->arch), "%s", name.machine);
	sscanf(name.release, "%u.%u", &host->major, &host->minor);
	host->kernel_btf = access(KERNEL_BTF, R_OK) == 0;
	host->pid_namespace = INITIAL_PID_NAMESPACE;
	if (stat("/proc/self/ns/pid", &stat_buffer) == 0)
		host->pid_namespace = stat_buffer.st_ino;
	host->initial_pid_namespace = host->pid_namespace == INITIAL_PID_NAMESPACE;
	/* THREAD_SIZE is 16 KiB on x86-64 and on arm64, but a page where pages are larger. */
	host->stack_size = sysconf(_SC_PAGESIZE) > 16384 ? sysconf(_SC_PAGESIZE) : 16384;
	host->boot_to_real_ns = boot_to_real_ns();
}

/* The effective capabilities of this process, as a mask. */
static __u64 effective_capabilities(void)
{
	unsigned long long mask = 0;
	char line[256];
	FILE *status = fopen("/proc/self/status", "re");

	if (!status)
		return 0;
	while (fgets(line, sizeof(line), status)) {
		if (sscanf(line, "CapEff: %llx", &mask) == 1)
			break;
	}
	fclose(status);
	return mask;
}

static bool has_capabilities(void)
{
	__u64 mask = effective_capabilities();
	bool admin = mask & 1ULL << CAP_SYS_ADMIN;
	bool bpf = mask & 1ULL << CAP_BPF;
	bool perfmon = mask & 1ULL << CAP_PERFMON;

	if (admin || (bpf && perfmon))
		return true;
	log_error("needs %s%s%s to load and attach BPF programs: run it with sudo",
		  bpf ? "" : "CAP_BPF", !bpf && !perfmon ? " and " : "",
		  perfmon ? "" : "CAP_PERFMON");
	return false;
}

/* Lockdown in confidentiality mode keeps BPF programs from reading the kernel's memory. */
static bool locked_down(void)
{
	char modes[128] = "";
	FILE *lockdown = fopen("/sys/kernel/security/lockdown", "re");

	if (!lockdown)
		return false;
	if (!fgets(modes, sizeof(modes), lockdown))
		modes[0] = '\0';
	fclose(lockdown);
	return strstr(modes, "[confidentiality]");
}

bool host__can_trace(const struct host *host, const char *btf)
{
	if (host->major < 5 || (host->major == 5 && host->minor < 8)) {
		log_error(
			"kernel %s is too old: it needs 5.8 or newer, which has the BPF ring buffer",
			host->release);
		return false;
	}
	if (!has_capabilities())
		return false;
	if (locked_down()) {
		log_error("the kernel is locked down (confidentiality), which forbids BPF programs "
			  "to read its memory: boot with lockdown=integrity or none");
		return false;
	}
	if (btf && access(btf, R_OK)) {
		log_error("cannot read the BTF file %s: %s", btf, strerror(errno));
		return false;
	}
	if (!btf && !host->kernel_btf) {
		log_error("this kernel describes no types of its own (no " KERNEL_BTF
			  "): give a BTF file made for it with --btf FILE");
		return false;
	}
	return true;
}
