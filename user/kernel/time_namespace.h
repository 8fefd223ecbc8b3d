/* SPDX-License-Identifier: GPL-2.0 */
/* Enters the time namespace that was made for this process's children. */
#ifndef KERNEL_TIME_NAMESPACE_H
#define KERNEL_TIME_NAMESPACE_H

/*
 * Enter the time namespace of this process's children, if it is another one than its own.
 * unshare(1) without --fork leaves a process so on kernels that do not switch at execve(), as 6.1,
 * and those then refuse to make a thread (copy_namespaces() in kernel/nsproxy.c). Must be called
 * before any other thread is made. That it is not possible is no failure here: without threads,
 * signals__take() says so.
 */
void time_namespace__enter(void);

#endif /* KERNEL_TIME_NAMESPACE_H */
