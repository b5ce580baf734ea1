using System.Text;
using DeepNotes.Training;

namespace DeepNotes.Samples.Quickstart;

/// <summary>Draws images of digits with letters, several beside each other.</summary>
internal static class Pictures
{
    private const string Shades = " .:-=+*#%@";
    private const int Side = Mnist.Side, Gap = 3;

    /// <summary>A row of pictures with a line above each.</summary>
    /// <param name="images">Float32 <c>[N, 1, 28, 28]</c>, normalised as <see cref="Mnist.Normalize"/> does.</param>
    /// <param name="captions">The line above each of the N.</param>
    /// <returns>Lines that end in '\n'.</returns>
    public static string Row(Tensor images, IReadOnlyList<string> captions)
    {
        var pixels = images.Contiguous().AsSpan<float>();
        var text = new StringBuilder();
        foreach (string caption in captions) text.Append(caption.PadRight(Side + Gap));
        text.Append('\n');

        // A letter is about twice as high as wide: each stands for two pixels, one below the other.
        for (int y = 0; y < Side; y += 2)
        {
            for (int image = 0; image < captions.Count; image++)
            {
                for (int x = 0; x < Side; x++)
                {
                    int at = (image * Side + y) * Side + x;
                    text.Append(Shade((pixels[at] + pixels[at + Side]) / 2));
                }

                text.Append(' ', Gap);
            }

            while (text[^1] == ' ') text.Length--;
            text.Append('\n');
        }

        return text.ToString();
    }

    private static char Shade(float normalised)
    {
        // The lowest fifth stays blank, or the paper's grain would hide the stroke.
        double ink = Math.Clamp((normalised * Mnist.StandardDeviation + Mnist.Mean - 0.2) / 0.8, 0, 1);
        return Shades[(int)(ink * (Shades.Length - 1) + 0.5)];
    }
}
