using System.Runtime.CompilerServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>How the compiler is to treat a kernel's innermost loop.</summary>
internal static class Compile
{
    /// <summary>
    /// By itself, and straight to the final code. Inlined into its caller, as profiles of a running program may suggest, a loop shares the caller's limit of
    /// variables; beyond that the operations on vectors become calls, and the loop takes up to ten times as long. Which of the two happens would differ from run to run.
    /// </summary>
    public const MethodImplOptions Alone = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
}
