namespace DeepNotes.Samples.Quickstart;

/// <summary>Moves each image of a batch by up to a pixel each way, so that a model does not learn pixels by heart.</summary>
/// <param name="seed">What decides the shifts.</param>
internal sealed class RandomShift(ulong seed)
{
    private readonly Rng _rng = new(seed);

    /// <summary>Shifts each image by its own −1, 0 or 1 pixels in x and y; what comes in at a border repeats the border.</summary>
    /// <param name="images">Float32 <c>[N, 1, H, W]</c>.</param>
    /// <returns>A new tensor of that shape.</returns>
    public Tensor Apply(Tensor images)
    {
        int count = images.Shape[0], height = images.Shape[2], width = images.Shape[3];
        var source = images.Contiguous().AsSpan<float>();
        var shifted = new float[source.Length];
        for (int image = 0; image < count; image++)
        {
            int dx = _rng.Next(3) - 1, dy = _rng.Next(3) - 1;
            for (int y = 0; y < height; y++)
            {
                var from = source.Slice((image * height + Math.Clamp(y + dy, 0, height - 1)) * width, width);
                var to = shifted.AsSpan((image * height + y) * width, width);
                for (int x = 0; x < width; x++) to[x] = from[Math.Clamp(x + dx, 0, width - 1)];
            }
        }

        return Tensor.From(shifted).Reshape(images.Shape);
    }
}
