// SPDX-License-Identifier: GPL-2.0
#include "kernel/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel/shortage.h"
#include "kernel/switches.h"
#include "text/log.h"

#define NR_OPEN		 "/proc/sys/fs/nr_open"
#define SECURITY_MODULES "/sys/kernel/security/lsm"
#define IPV6_OFF	 "/sys/module/ipv6/parameters/disable"
#define PREEMPTION	 "/sys/kernel/debug/sched/preempt"

/* The inodes of the initial namespaces, from include/linux/proc_ns.h. */
#define INITIAL_PID_NAMESPACE  0xeffffffcU /* PROC_PID_INIT_INO */
#define INITIAL_USER_NAMESPACE 0xeffffffdU /* PROC_USER_INIT_INO */

__u64 host__nr_open(void)
{
	FILE *file = fopen(NR_OPEN, "re");
	unsigned int limit = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%u", &limit) != 1)
		limit = 0;
	fclose(file);
	return limit;
}

void host__read_security_modules(char names[HOST_SECURITY_MODULES_SIZE])
{
	FILE *file = fopen(SECURITY_MODULES, "re");

	names[0] = '\0';
	if (!file)
		return;
	if (!fgets(names, HOST_SECURITY_MODULES_SIZE, file))
		names[0] = '\0';
	names[strcspn(names, "\n")] = '\0';
	fclose(file);
}

bool host__ipv6_is_off(void)
{
	FILE *file = fopen(IPV6_OFF, "re");
	int off = 0;

	if (!file)
		return false;
	if (fscanf(file, "%d", &off) != 1)
		off = 0;
	fclose(file);
	return off;
}

/*
 * Return whether the kernel preempts tasks that run in kernel mode. version is that of uname(),
 * which names the models that were built in. With PREEMPT_DYNAMIC the model is chosen at boot, and
 * only root can read which one it is; it is the one in parentheses. If it can't be read, assume
 * preemption, which newer kernels have by default.
 */
static bool preempts(const char *version)
{
	char models[128] = "";
	FILE *file;

	if (!strstr(version, "PREEMPT"))
		return false;
	if (!strstr(version, "PREEMPT_DYNAMIC"))
		return true;
	file = fopen(PREEMPTION, "re");
	if (!file)
		return true;
	if (!fgets(models, sizeof(models), file))
		models[0] = '\0';
	fclose(file);
	return !strstr(models, "(none)") && !strstr(models, "(voluntary)");
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
	host->preempts = preempts(name.version);
	host->kernel_btf = access(HOST_KERNEL_BTF, R_OK) == 0;
	host->pid_namespace = INITIAL_PID_NAMESPACE;
	if (stat("/proc/self/ns/pid", &stat_buffer) == 0)
		host->pid_namespace = stat_buffer.st_ino;
	host->initial_pid_namespace = host->pid_namespace == INITIAL_PID_NAMESPACE;
	/* THREAD_SIZE is 16 KiB on x86-64 and on arm64, but a page where pages are larger. */
	host->stack_size = sysconf(_SC_PAGESIZE) > 16384 ? sysconf(_SC_PAGESIZE) : 16384;
}

/* Return the effective capabilities of this process as a mask. */
static __u64 effective_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return 0;
	return data[0].effective | (__u64)data[1].effective << 32;
}

/*
 * Whether /proc tells of the processes by the numbers that they have for this process. In the line
 * NSpid, a file of proc has the numbers of a task from the PID namespace of its mount inwards
 * (task_state() in fs/proc/array.c).
 */
static bool check_proc(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	unsigned int outer, inner;
	struct statfs status;
	char line[256];
	int numbers = 0;

	if (!file) {
		log_error("cannot read /proc/self/status: %s; /proc tells of the processes that "
			  "create sockets: mount it (mount -t proc proc /proc)",
			  strerror(errno));
		return false;
	}
	/* What lies below a mount that is gone can be the /proc of another machine. */
	if (!fstatfs(fileno(file), &status) && status.f_type != PROC_SUPER_MAGIC) {
		log_error("/proc/self/status is not a file of this kernel's proc; /proc tells of "
			  "the processes that create sockets: mount it (mount -t proc proc /proc)");
		fclose(file);
		return false;
	}
	while (numbers <= 0 && fgets(line, sizeof(line), file))
		numbers = sscanf(line, "NSpid: %u %u", &outer, &inner);
	fclose(file);
	if (numbers > 1)
		log_error("/proc is that of another PID namespace, so processes would be taken for "
			  "others: mount one of this namespace (unshare --mount-proc, or mount -t "
			  "proc proc /proc)");
	return numbers <= 1;
}

/*
 * The kernel requires capabilities in the initial user namespace. In another one, root has them in
 * vain.
 */
static bool in_initial_user_namespace(void)
{
	struct stat status;

	return stat("/proc/self/ns/user", &status) || status.st_ino == INITIAL_USER_NAMESPACE;
}

static bool check_capabilities(void)
{
	__u64 mask = effective_capabilities();
	bool admin = mask & 1ULL << CAP_SYS_ADMIN;
	bool bpf = admin || mask & 1ULL << CAP_BPF;
	bool perfmon = admin || mask & 1ULL << CAP_PERFMON;

	if (!bpf || !perfmon)
		log_error("needs %s%s%s to load and attach BPF programs: run it with sudo",
			  bpf ? "" : "CAP_BPF", !bpf && !perfmon ? " and " : "",
			  perfmon ? "" : "CAP_PERFMON");
	else if (!in_initial_user_namespace())
		log_error(
			"needs CAP_BPF and CAP_PERFMON in the initial user namespace, and this is "
			"another one: run it outside of this container or unshare");
	else
		return true;
	return false;
}

/*
 * Without securityfs the mode can't be read. Then /proc/kcore tells: a process with CAP_SYS_RAWIO
 * may open it, unless the kernel is locked down for confidentiality (LOCKDOWN_KCORE in
 * include/linux/security.h).
 */
static bool denies_kcore(void)
{
	bool capable = effective_capabilities() & 1ULL << CAP_SYS_RAWIO;
	int fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	bool denied = fd < 0 && errno == EPERM;

	if (fd >= 0)
		close(fd);
	return capable && denied;
}

/* In confidentiality mode, lockdown keeps BPF programs from reading kernel memory. */
static bool locked_down(void)
{
	char modes[128] = "";
	FILE *lockdown = fopen("/sys/kernel/security/lockdown", "re");

	if (!lockdown)
		return denies_kcore();
	if (!fgets(modes, sizeof(modes), lockdown))
		modes[0] = '\0';
	fclose(lockdown);
	return strstr(modes, "[confidentiality]");
}

/* A named pipe would be waited for without an end, and could not be read twice. */
static bool check_btf_file(const char *path)
{
	struct stat status;

	if (access(path, R_OK) || stat(path, &status)) {
		log_error("cannot read the BTF file %s: %s", path, strerror(errno));
		return false;
	}
	if (S_ISREG(status.st_mode))
		return true;
	log_error("cannot read the BTF file %s: it is not a regular file", path);
	return false;
}

/*
 * Whether ftrace is switched on where all ways to observe a function are built on it. Elsewhere
 * only those that are tried can tell (trace/proving.h). Nothing must be attached while it is off:
 * Linux 6.1 keeps flags of kprobes that were attached and detached then, takes these for an error
 * later, and stops ftrace until the next boot.
 */
static bool check_ftrace(const struct host *host)
{
	const struct kernel_switch *off = switches__find_off(false);

	if (!off || strcmp(host->arch, "x86_64") != 0)
		return true;
	log_error("%s is 0, so probes would not fire, and sockets would be missed: switch it on "
		  "(%s)",
		  off->name, off->remedy);
	return false;
}

bool host__check(const struct host *host, const char *btf)
{
	if (host->major < 5 || (host->major == 5 && host->minor < 10)) {
		log_error(
			"kernel %s is too old: it needs 5.10 or newer, which can run BPF programs on request",
			host->release);
		return false;
	}
	if (!check_capabilities() || !shortage__check_descriptors() || !check_proc())
		return false;
	if (locked_down()) {
		log_error("the kernel is locked down (confidentiality), which forbids BPF programs "
			  "to read its memory: boot with lockdown=integrity or none");
		return false;
	}
	if (btf && !check_btf_file(btf))
		return false;
	if (!btf && !host->kernel_btf) {
		log_error("this kernel describes no types of its own (no " HOST_KERNEL_BTF
			  "): give a BTF file made for it with --btf FILE");
		return false;
	}
	return check_ftrace(host);
}
