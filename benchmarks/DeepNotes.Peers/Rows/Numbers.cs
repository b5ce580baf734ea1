using TorchSharp;

namespace DeepNotes.Peers.Rows;

/// <summary>The same numbers for both sides.</summary>
static class Numbers
{
    /// <summary>Uniform numbers, the same for the same seed.</summary>
    public static float[] Uniform(int count, int seed, float low = -1, float high = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = low + (high - low) * random.NextSingle();
        return values;
    }

    /// <summary>Uniform whole numbers from 0 up to a limit, the same for the same seed.</summary>
    public static long[] Whole(int count, int seed, int limit) => [.. Uniform(count, seed, 0, limit).Select(x => Math.Min((long)x, limit - 1))];

    public static int Count(int[] shape) => shape.Aggregate(1, (a, b) => a * b);

    public static Tensor ForUs(float[] values, int[] shape, bool twice = false) => Tensor.From(values).Reshape(shape).To(twice ? DType.Float64 : DType.Float32);

    public static torch.Tensor ForThem(float[] values, int[] shape, bool twice = false)
    {
        using var scope = torch.NewDisposeScope();
        return torch.tensor(values).reshape([.. shape.Select(d => (long)d)]).to(twice ? torch.float64 : torch.float32).MoveToOuterDisposeScope();
    }

    public static float[] Read(Tensor t) => t.Detach().To(DType.Float32).ToArray<float>();

    public static float[] Read(torch.Tensor t)
    {
        using var scope = torch.NewDisposeScope();
        return t.detach().to(torch.float32).contiguous().data<float>().ToArray();
    }
}
