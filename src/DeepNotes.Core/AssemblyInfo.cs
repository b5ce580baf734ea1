using System.Runtime.CompilerServices;

// Kernels' stack buffers are filled before they are read; clearing them first would cost more than small operations do.
[module: SkipLocalsInit]
