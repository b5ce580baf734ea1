using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes;
using DeepNotes.Nn;

// Trains a small network with a convolution, saves and reloads it, and prints the bits of what came out, then how fast a matrix product is.
Rng.Seed(1);
var images = Tensor.Randn([64, 1, 12, 12]);
var labels = Tensor.RandInt(0, 10, [64]);
var model = new SmallNetwork();
var optimizer = new AdamW(model.Parameters(), learningRate: 3e-3);
var losses = new List<string>();
for (int step = 0; step < 60; step++)
{
    var loss = model.Forward(images).CrossEntropy(labels);
    optimizer.Step(loss);
    losses.Add(BitConverter.SingleToUInt32Bits(loss.Item<float>()).ToString("x8", CultureInfo.InvariantCulture));
}

var path = Path.GetTempFileName();
model.Save(path);
var reloaded = new SmallNetwork();
reloaded.Load(path);
File.Delete(path);
bool reloads = model.Forward(images).ToArray<float>().AsSpan().SequenceEqual(reloaded.Forward(images).ToArray<float>());
double accuracy = model.Forward(images).ArgMax(1).Eq(labels).To(DType.Float32).Mean().Item();

Console.WriteLine(string.Join(' ', losses));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"RESULT {{\"sample\":\"aot\",\"dynamic_code\":{Json(RuntimeFeature.IsDynamicCodeSupported)},\"avx2\":{Json(Avx2.IsSupported)},\"vector512\":{Json(Vector512.IsHardwareAccelerated)},\"parameters\":{model.Parameters().Count()},\"first_loss\":\"{losses[0]}\",\"last_loss\":\"{losses[^1]}\",\"accuracy\":{accuracy},\"reloads\":{Json(reloads)},\"gemm_gflops\":{Gemm():F1},\"exp_ns\":{Exp():F3}}}"));

static string Json(bool value) => value ? "true" : "false";

// The best of many runs: compiled just in time, the first ones run unoptimised code.
static double Gemm()
{
    const int n = 512;
    var (a, b) = (Tensor.Randn([n, n]), Tensor.Randn([n, n]));
    return 2.0 * n * n * n / Best(() => { using var scope = new TensorScope(); a.MatMul(b); }) / 1e9;
}

static double Exp()
{
    var x = Tensor.Randn([20_000]);
    return Best(() => { using var scope = new TensorScope(); x.Exp(); }) / x.Count * 1e9;
}

static double Best(Action action)
{
    double best = double.PositiveInfinity;
    var clock = Stopwatch.StartNew();
    while (clock.Elapsed.TotalSeconds < 1.5)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
    return best;
}

internal sealed partial class SmallNetwork : Module, ILayer
{
    private Conv2d Convolution { get; } = new(1, 8, 3);

    private LayerNorm Norm { get; } = new([200]);

    private Sequential Head { get; } = new(new Linear(200, 32), new ReLU(), new Linear(32, 10));

    public Tensor Forward(Tensor x) => Head.Forward(Norm.Forward(Convolution.Forward(x).Gelu().MaxPool2d((2, 2)).Flatten(1)));
}
