# What the core itself says: plan titles, warnings, facts of an explanation, note and handout.

plan-refer = ہسپتال بھیجیں
plan-fluids = پانی اور محلول
plan-procedure = کریں
plan-advice = مریض کو بتائیں
plan-follow-up = دوبارہ آئیں
plan-traditional = روایتی علاج

warning-allergy = مریض کو اس دوا یا اس قسم کی دوا سے الرجی درج ہے۔
warning-allergy-act = یہ دوا نہ دیں۔ کسی اور قسم کی دوا چنیں۔
warning-interaction = یہ دونوں دوائیں ایک دوسرے پر اثر ڈالتی ہیں۔
warning-interaction-act = کوئی اور دوا دیکھیں، یا مریض پر گہری نظر رکھیں۔
warning-herb-drug = یہ جڑی بوٹی اور یہ دوا ایک دوسرے پر اثر ڈالتی ہیں۔
warning-herb-drug-act = اکٹھے استعمال نہ کریں، جب تک مریض پر نظر نہ رکھی جا سکے۔
warning-allergy-cross-act = پوچھیں کیا ہوا تھا۔ شدید ردعمل کے بعد کوئی اور قسم چنیں؛ جان کا خطرہ ہو اور کچھ اور نہ ہو تو نگرانی میں دیں، ایڈرینالین پاس رکھ کر۔
warning-pregnancy-stop-act = انہیں نہ دیں۔ کوئی اور دوا چنیں۔
warning-disease-stop-act = نہ دیں۔ کوئی اور دوا چنیں۔
warning-pregnancy = حمل میں اس دوا کی حفاظت بدل جاتی ہے۔
warning-pregnancy-act = اگر حمل کا امکان ہو تو پہلے پوچھیں یا ٹیسٹ کریں۔
warning-lactation = یہ دوا دودھ پیتے بچے تک پہنچ سکتی ہے۔
warning-lactation-act = فائدہ اور نقصان تولیں، یا کوئی اور دوا چنیں۔
warning-disease = مریض کی کوئی بیماری یا پیمائش اس دوا کے خلاف ہے۔
warning-disease-act = کوئی اور دوا چنیں، یا گہری نظر رکھیں۔
warning-age = اس عمر میں خاص احتیاط چاہیے۔
warning-age-act = دینے سے پہلے عمر کی حد دیکھ لیں۔
warning-burden = فہرست کی کئی دواؤں کا اثر جمع ہوتا ہے۔
warning-burden-act = ایک دوا نکال دیں یا بدل دیں۔
warning-duplicate = مریض یہی دوا یا اسی قسم کی دوا پہلے سے لے رہا ہے۔
warning-duplicate-act = دونوں نہ دیں۔ دن بھر کی کل مقدار گنیں۔
warning-unknown = یہ نام ہماری فہرست میں نہیں ہے۔
warning-unknown-act = معلوم نہ ہونے کا مطلب محفوظ ہونا نہیں۔ لیبل دیکھیں اور پوچھیں کہ اس میں کیا ہے۔
warning-unknown-allergy = یہ الرجی ہماری فہرست میں نہیں: اس کے خلاف کچھ جانچا نہیں گیا۔
warning-unknown-allergy-act = پوچھیں کیا لیا تھا اور کیا ہوا، اور دوا کا نام لکھیں۔
warning-name-in-part = لکھے ہوئے میں سے صرف ایک حصہ معلوم نام ہے۔
warning-name-in-part-act = دیکھ لیں کہ یہی مراد ہے۔
warning-name-either = یہ نام مختلف ملکوں میں مختلف دواؤں کا ہے۔ ہر ایک کے طور پر جانچا گیا۔
warning-name-either-act = ڈبہ دیکھیں اور خود دوا کا نام لکھیں۔
warning-name-guessed = یہ نام ہماری فہرست میں نہیں۔ ایک حرف کے فرق والے نام کے طور پر جانچا گیا، جو دوسری دوا بھی ہو سکتی ہے۔
warning-name-guessed-act = ڈبہ دیکھیں اور خود دوا کا نام لکھیں۔
warning-table-contraindicated = فرانسیسی فہرست کے مطابق یہ دونوں دوائیں ساتھ دینا منع ہے۔
warning-table-not-recommended = فرانسیسی فہرست یہ دونوں دوائیں ساتھ نہ دینے کا مشورہ دیتی ہے۔
warning-table-precaution = فرانسیسی فہرست ان دونوں دواؤں کے ساتھ احتیاط کا کہتی ہے۔
warning-table-note = فرانسیسی فہرست کہتی ہے کہ ان دونوں کا ساتھ دھیان میں رکھیں۔

fact-probability = { $condition }: { $percent } فیصد، اندازہ { $low } سے { $high } فیصد کے درمیان۔
fact-prior = کسی علامت سے پہلے ایسے مریضوں میں اس کا امکان { $percent } فیصد تھا۔
fact-for = { $finding } { $condition } کے حق میں ہے: امکان کا تناسب { $ratio } گنا بدلتا ہے۔
fact-for-shares = { $finding } { $condition } کے حق میں ہے: اس کے 100 میں سے تقریباً { $inside } مریضوں میں یہ ہوتا ہے، جبکہ کلینک آنے والے 100 میں سے { $outside } میں۔
fact-against = { $finding } { $condition } کے خلاف ہے: امکان کا تناسب { $ratio } گنا بدلتا ہے۔
fact-absent-for = { $finding } نہیں ہے: یہ { $condition } کے حق میں ہے، تناسب { $ratio } گنا بدلتا ہے۔
fact-absent-against = { $finding } نہیں ہے: یہ { $condition } کے خلاف ہے، تناسب { $ratio } گنا بدلتا ہے۔
fact-test = ایک ٹیسٹ جو مدد دے گا: { $test }۔
fact-danger = خطرے کی علامت: { $say }۔

doc-note-title = معائنے کا نوٹ
doc-letter-title = ریفر کرنے کا خط
doc-story = مریض کا بیان: جیسا بتایا
doc-history = مریض کا بیان: تفصیل
doc-denied = { $finding } نہیں
person-woman = عورت
person-girl = لڑکی
person-man = مرد
person-boy = لڑکا
doc-pregnant-weeks = حمل { $n } ہفتے
doc-values = معائنہ: پیمائش
doc-examined = معائنہ: جو ملا
doc-pictures = معائنہ: تصویریں
doc-danger = اندازہ: خطرے کی علامات
doc-no-danger = جو درج کیا گیا اس میں خطرے کی کوئی علامت نہیں ملی۔
doc-assessment = اندازہ: ممکنہ تشخیص
doc-reasons = اندازہ: وجوہات
doc-plan = منصوبہ: جیسا طے ہوا
doc-refused = منصوبہ: تجویز ہوا مگر رد کیا گیا
doc-undecided = منصوبہ: تجویز ہوا، فیصلہ نہیں ہوا
doc-medicines = مریض کا بیان: زیر استعمال دوائیں
doc-allergies = مریض کا بیان: الرجی
doc-traditional = منصوبہ: روایتی علاج، جیسا طے ہوا
doc-letter-ends = خط
doc-letter-to = بخدمت:
doc-letter-from = از طرف:
doc-letter-date = تاریخ:
doc-letter-patient = مریض
doc-letter-name = نام: { $name }
doc-letter-why = وجہ اور کتنی جلدی
doc-letter-history = تفصیل
doc-letter-values = پیمائش
doc-letter-examined = معائنے میں ملا
doc-letter-thought = ہمارا خیال
doc-letter-reasons = وجوہات
doc-letter-done = یہاں کیا اور دیا گیا
doc-letter-takes = زیر استعمال دوائیں
doc-letter-remark = تبصرہ
doc-letter-asked = ہماری درخواست
doc-letter-please = براہ کرم اس مریض کا معائنہ اور علاج کریں، اور لکھ بھیجیں کہ کیا ملا اور ہمیں کس بات کا دھیان رکھنا ہے۔
doc-letter-signed = نام اور دستخط
doc-remark = تبصرہ
doc-limits = حدود
doc-limits-text = یہ نوٹ حکیم { $version } کی مدد سے لکھا گیا۔ فیصلہ معالج نے کیا۔ امکانات صرف درج کی گئی علامات کے لیے ہیں۔
doc-none = کچھ درج نہیں
doc-changed = بدل کر: { $to }
doc-reason = وجہ: { $why }
doc-none-of-these = ان میں سے کوئی نہیں: { $percent } فیصد
doc-for = { $findings }: { $span } سے
doc-severe = شدید
doc-days-course = { $days } دن تک
dose-every-days = ہر { $n } دن میں ایک خوراک، روزانہ نہیں
dose-times-a-day = دن میں { $n ->
    [1] ایک بار
   *[other] { $n } بار
}
dose-once = ایک ہی بار
dose-every-hours = { $n ->
    [1] ہر گھنٹے
   *[other] ہر { $n } گھنٹے بعد
}
dose-without-break = مسلسل
amount-units = { $count } یونٹ
amount-vials = { $n ->
    [one] { $count } شیشی
   *[other] { $count } شیشیاں
}
amount-drops = { $n ->
    [one] { $count } قطرہ
   *[other] { $count } قطرے
}
amount-puffs = { $count } پف
amount-tablets = { $n ->
    [one] { $count } گولی
   *[other] { $count } گولیاں
}
amount-applications = { $count } بار لگانا
over-minutes = { $amount }، { $n } منٹ میں
dose-first-then = { $first }، پھر { $second }
word-units = یونٹ
word-vials = شیشیاں
word-drops = قطرے
word-puffs = پف
word-tablets = گولیاں
word-applications = بار لگانا
doc-triage-emergency = ہنگامی حالت
doc-triage-urgent = فوری: آج ہی
doc-triage-soon = جلد: چند دن میں
doc-triage-routine = معمول
doc-triage-self-care = گھر پر دیکھ بھال
doc-likely-soon = { $name } کا امکان زیادہ ہے: چند دن میں معائنہ یا ریفر کریں
doc-likely-urgent = آج ہی علاج کے لیے کافی ممکن: { $name }، جس میں دیر نقصان کرتی ہے
doc-likely-self-care = غالباً گھر پر سنبھلنے والی تکلیف: { $name }۔ خطرے کی کوئی علامت ہو یا تکلیف بڑھے تو فوراً واپس آئیں
handout-traditional = روایتی علاج
handout-allergies = الرجی

vital-name-temperature = درجہ حرارت
vital-name-pulse = نبض
vital-name-breathing = سانس کی رفتار
vital-name-systolic = اوپر کا بلڈ پریشر
vital-name-diastolic = نیچے کا بلڈ پریشر
vital-name-spo2 = آکسیجن (SpO2)
vital-name-weight = وزن
vital-name-height = قد
vital-name-glucose = شوگر
vital-name-muac = بازو کا گھیر
vital-name-haemoglobin = ہیموگلوبن
vital-name-creatinine = کریٹینین

form-tablet = گولی
form-dispersible-tablet = حل ہونے والی گولی
form-capsule = کیپسول
form-syrup = شربت
form-injection = انجکشن
form-sachet = پڑیا
form-inhaler = پف
form-nebuliser-solution = نیبولائزر محلول
form-cream = کریم
form-ointment = مرہم
form-lotion = لوشن
form-drops = قطرے
form-spray = سپرے
form-suppository = سپوزیٹری
form-rectal-solution = مقعد میں ڈالنے کا محلول
form-gas = گیس

entry-share = تقریباً 100 میں سے { $percent } مریض
entry-sensitivity = 100 بیماروں میں سے { $percent } کو پکڑتا ہے
entry-specificity = 100 تندرستوں میں سے { $percent } کو درست چھوڑتا ہے
entry-avoid = نہ دیں
entry-dose = ایک بار { $amount }، { $often }، ایک وقت زیادہ سے زیادہ { $single } اور دن میں { $day }

ask-nothing = یہاں اس کا کوئی جواب نہیں۔
ask-weak = دوبارہ تلاش پر ملا: بھروسے سے پہلے اقتباسات پڑھیں۔
