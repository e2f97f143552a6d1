/** How much longer things take here: in the kernel matrix the processor is emulated. */
export const patience = process.env['VM'] === undefined ? 1 : 20;
