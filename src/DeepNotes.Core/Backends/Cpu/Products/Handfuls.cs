namespace DeepNotes.Backends.Cpu;

/// <summary>Work that comes in many small items: each piece takes as many as make it worth handing over.</summary>
internal static class Handfuls
{
    // In multiply-adds: what is worth handing to another thread.
    private const long PieceWork = 1 << 17;

    /// <summary>Runs the job once for each item.</summary>
    /// <param name="job">What runs, with the item's number.</param>
    /// <param name="items">How many there are.</param>
    /// <param name="work">The multiply-adds of one.</param>
    public static void Run<TJob>(ref TJob job, int items, long work) where TJob : struct, IJob
    {
        var handfuls = new Job<TJob> { Inner = job, Items = items, PerPiece = (int)Math.Clamp(PieceWork / Math.Max(1, work), 1, Math.Max(1, items)) };
        int pieces = (items + handfuls.PerPiece - 1) / handfuls.PerPiece;
        if (pieces == 1) handfuls.Run(0);
        else Workers.Run(ref handfuls, pieces);
    }

    private struct Job<TJob> : IJob where TJob : struct, IJob
    {
        public TJob Inner;
        public int Items, PerPiece;

        public void Run(int index)
        {
            int end = Math.Min((index + 1) * PerPiece, Items);
            for (int i = index * PerPiece; i < end; i++) Inner.Run(i);
        }
    }
}
