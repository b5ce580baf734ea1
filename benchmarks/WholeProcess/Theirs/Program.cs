using DeepNotes.WholeProcess;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

// The same model, one epoch over the same 6,000 digits.
random.manual_seed(1);
var digits = new Digits(args[0]);
using var model = Sequential(
    Conv2d(1, 16, 3), ReLU(), MaxPool2d(2),
    Conv2d(16, 32, 3), ReLU(), MaxPool2d(2),
    Flatten(), Dropout(0.25),
    Linear(32 * 5 * 5, 128), ReLU(), Dropout(0.25),
    Linear(128, Digits.Classes));
using var optimizer = optim.AdamW(model.parameters(), lr: 1e-3, weight_decay: 0.01);
double first = 0, last = 0;
for (int step = 0; step < Digits.Steps; step++)
{
    using var scope = NewDisposeScope();
    foreach (var group in optimizer.ParamGroups) group.LearningRate = Digits.LearningRate(step);
    var (pixels, labels) = digits.Batch(step);
    var loss = functional.cross_entropy(model.forward(tensor(pixels, [labels.Length, 1, Digits.Side, Digits.Side])), tensor(labels));
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    last = loss.item<float>();
    if (step == 0) first = last;
}
Console.WriteLine(Digits.Report(first, last));
