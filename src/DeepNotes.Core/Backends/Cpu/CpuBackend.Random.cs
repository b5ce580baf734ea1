using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void Random<TDraw>(TDraw draw, Tensor target, ulong seed, ulong offset)
    {
        switch (target.DType)
        {
            case DType.Float32: Pinned.Run(new RandomKernel<TDraw, float>(draw, target.Count, seed, offset), target); break;
            case DType.Float64: Pinned.Run(new RandomKernel<TDraw, double>(draw, target.Count, seed, offset), target); break;
            case DType.Int64: Pinned.Run(new RandomKernel<TDraw, long>(draw, target.Count, seed, offset), target); break;
            case DType.Int32: Pinned.Run(new RandomKernel<TDraw, int>(draw, target.Count, seed, offset), target); break;
            case DType.Int16: Pinned.Run(new RandomKernel<TDraw, short>(draw, target.Count, seed, offset), target); break;
            case DType.Int8: Pinned.Run(new RandomKernel<TDraw, sbyte>(draw, target.Count, seed, offset), target); break;
            case DType.Float16: Pinned.Run(new RandomKernel<TDraw, Half>(draw, target.Count, seed, offset), target); break;
            case DType.BFloat16: Pinned.Run(new RandomKernel<TDraw, BFloat16>(draw, target.Count, seed, offset), target); break;
            default: Pinned.Run(new RandomKernel<TDraw, byte>(draw, target.Count, seed, offset), target); break;
        }
    }

    private readonly struct RandomKernel<TDraw, T>(TDraw draw, int count, ulong seed, ulong offset) : IKernel where TDraw : unmanaged, IDraw where T : unmanaged
    {
        public void Run(Pointers p)
        {
            var job = new RandomJob<TDraw, T>(draw, (T*)p.A, count, seed, offset);
            int pieces = (count + RandomJob<TDraw, T>.Grain - 1) / RandomJob<TDraw, T>.Grain;
            if (pieces == 1) job.Run(0);
            else Workers.Run(ref job, pieces);
        }
    }

    private readonly struct RandomJob<TDraw, T>(TDraw draw, T* target, int count, ulong seed, ulong offset) : IJob where TDraw : unmanaged, IDraw where T : unmanaged
    {
        public const int Grain = 8192;

        public void Run(int index)
        {
            bool isDouble = sizeof(T) == 8;
            int perBlock = isDouble ? 2 : 4, from = index * Grain, end = Math.Min(count, from + Grain);
            for (int i = from; i < end; i += perBlock)
            {
                var words = Philox.Block(seed, offset + (ulong)(i / perBlock));
                for (int lane = 0; lane < perBlock && i + lane < end; lane++) target[i + lane] = Element<T>.From(draw.Draw(words, lane, isDouble));
            }
        }
    }
}
