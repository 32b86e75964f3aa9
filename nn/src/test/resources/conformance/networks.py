"""The networks that torchvision lacks or has for other images, with the names of Tutti's parts."""

import torch.nn.functional as F
import torchvision
from torch import nn


class LeNet(nn.Module):
    """conv1 (5x5, 6), pool, conv2 (5x5, 16), pool, fc1 (120), fc2 (84), fc3; ReLU between."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(256, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


class Mlp(nn.Module):
    """Two hidden layers with ReLU, the SimpleMLP of functorch's ensembling tutorial."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(20, 16)
        self.fc2 = nn.Linear(16, 16)
        self.fc3 = nn.Linear(16, 10)

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class ConvNet(nn.Module):
    """The plain network of Kelcey's ensemble networks on small images: four 3x3 convolutions of
    stride 2, padded by 1, the mean over positions, a dense layer and the logits; GELU between."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, 2, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 2, 1)
        self.conv3 = nn.Conv2d(64, 96, 3, 2, 1)
        self.conv4 = nn.Conv2d(96, 96, 3, 2, 1)
        self.dense = nn.Linear(96, 96)
        self.logits = nn.Linear(96, 10)

    def forward(self, x):
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            x = F.gelu(conv(x))
        return self.logits(F.gelu(self.dense(x.mean((2, 3)))))


def cifar_resnet18():
    """ResNet-18 for small images: a 3x3 convolution of stride 1 first, no pooling, 10 classes."""
    model = torchvision.models.resnet18(num_classes=10)
    model.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    model.maxpool = nn.Identity()
    return model


class CifarVgg(nn.Module):
    """A VGG network for small images: the mean over positions and one linear layer."""

    def __init__(self, network):
        super().__init__()
        self.features = network().features
        self.classifier = nn.Linear(512, 10)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


class WideBlock(nn.Module):
    """A pre-activated block of Zagoruyko and Komodakis's own wide residual network."""

    def __init__(self, channels, planes, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        if channels != planes or stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, planes, 1, stride, bias=False))
        else:
            self.shortcut = None

    def forward(self, x):
        a = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(a))))
        return y + (x if self.shortcut is None else self.shortcut(a))


class WideResNet(nn.Module):
    """The wide residual network of depth 6n + 4."""

    def __init__(self, depth, factor):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        channels, stages = 16, []
        for stage in range(3):
            planes, blocks = 16 * factor * 2**stage, []
            for i in range((depth - 4) // 6):
                blocks.append(WideBlock(channels, planes, 2 if stage > 0 and i == 0 else 1))
                channels = planes
            stages.append(nn.Sequential(*blocks))
        self.layer1, self.layer2, self.layer3 = stages
        self.bn1 = nn.BatchNorm2d(channels)
        self.linear = nn.Linear(channels, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.linear(F.relu(self.bn1(x)).mean((2, 3)))


def vision_transformer():
    """A small one of torchvision's."""
    return torchvision.models.VisionTransformer(
        image_size=16, patch_size=4, num_layers=2, num_heads=2, hidden_dim=16, mlp_dim=24,
        num_classes=10,
    )


# By name: how the network is made and the input it takes.
NETWORKS = {
    "mlp": (Mlp, (6, 20)),
    "lenet": (LeNet, (5, 1, 28, 28)),
    "convnet": (ConvNet, (3, 3, 16, 16)),
    "resnet18": (torchvision.models.resnet18, (2, 3, 64, 48)),
    "resnet18_cifar": (cifar_resnet18, (2, 3, 16, 16)),
    "resnet34": (torchvision.models.resnet34, (1, 3, 64, 48)),
    "resnet50": (torchvision.models.resnet50, (1, 3, 64, 48)),
    "vgg11_bn_cifar": (lambda: CifarVgg(torchvision.models.vgg11_bn), (2, 3, 32, 32)),
    "vgg16_cifar": (lambda: CifarVgg(torchvision.models.vgg16), (1, 3, 32, 32)),
    "vision_transformer": (vision_transformer, (2, 3, 16, 16)),
    "wide_resnet16_2": (lambda: WideResNet(16, 2), (2, 3, 16, 16)),
}
